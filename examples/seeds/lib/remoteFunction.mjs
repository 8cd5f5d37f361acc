/**
 * The objective function behind its address: points go out in batches, values come back when the server has them. A point
 * that was asked for once is remembered.
 */
import { setTimeout as sleep } from 'node:timers/promises';

const requestLimitMs = 30_000;
const taskLimitMs = 10 * 60_000;
const batchSize = 2000;

export function remoteFunction(address) {
  const base = address.replace(/\/+$/, '');
  const known = new Map();

  return {
    /** How many different points were asked for. */
    get evaluations() {
      return known.size;
    },
    /** Values of the points, in their order. */
    async values(points) {
      const missing = new Map(points.map((point) => [point.join(), point]).filter(([key]) => !known.has(key)));
      const entries = [...missing];
      for (let from = 0; from < entries.length; from += batchSize) {
        const batch = entries.slice(from, from + batchSize);
        const y = await evaluate(
          base,
          batch.map(([, point]) => point),
        );
        batch.forEach(([key], row) => known.set(key, y[row]));
      }
      return points.map((point) => known.get(point.join()));
    },
  };
}

async function evaluate(base, points) {
  const columns = Object.fromEntries(
    (points[0] ?? []).map((_, argument) => [`x${argument + 1}`, points.map((point) => point[argument])]),
  );
  const { task_id: id } = await post(`${base}/eval`, columns);
  const begin = performance.now();
  for (let pauseMs = 1; ; pauseMs = Math.min(pauseMs * 2, 1000)) {
    const { status, result } = await post(`${base}/task_status`, { task_id: id });
    if (status === 'SUCCESS') {
      const y = result?.y;
      if (!Array.isArray(y) || y.length !== points.length || !y.every(Number.isFinite)) {
        throw new Error(`${base} answered without ${points.length} numbers "y".`);
      }
      return y;
    }
    if (status === 'FAILURE' || status === 'REVOKED') throw new Error(`${base} could not evaluate: ${status}.`);
    if (performance.now() - begin > taskLimitMs) throw new Error(`${base} has not finished task ${id} in 10 minutes.`);
    await sleep(pauseMs);
  }
}

async function post(url, body) {
  let response;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(requestLimitMs),
    });
  } catch (error) {
    const reason = error.cause?.code ?? error.message;
    throw new Error(`No answer from ${url} (${reason}). Is the objective function being served?`, { cause: error });
  }
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${(await response.text()).slice(0, 300)}`);
  return response.json();
}
