/**
 * A function to minimise, served over HTTP: what `tetra-opt` asks for values. Start it first, and leave it running:
 *
 *     node examples/seeds/objectiveServer.mjs          (on port 8042; another: … objectiveServer.mjs 9000)
 *
 * The function is Ackley's, moved: a crater landscape with hundreds of local minima, in any number of dimensions. Its
 * lowest point is 0, at (0.5, -1.2, 2, 0.5, -1.2, 2, …).
 *
 * The protocol is the one that TQ42's objective functions had: POST <address>/eval with {"x1":[…],"x2":[…]}, a column for
 * each argument and a row for each point, answers {"task_id":"…"}; POST <address>/task_status with that id answers
 * {"status":"PENDING"} or {"status":"SUCCESS","result":{"x1":[…],"x2":[…],"y":[…]}}.
 */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { pathToFileURL } from 'node:url';

export const minimumAt = [0.5, -1.2, 2];
const maxBodyBytes = 8 * 1024 * 1024;
const keptTasks = 1000;

/** Ackley's function around `minimumAt`, whose numbers repeat. */
export function objective(point) {
  const moved = point.map((x, index) => x - minimumAt[index % minimumAt.length]);
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const distance = Math.sqrt(mean(moved.map((x) => x * x)));
  const waves = mean(moved.map((x) => Math.cos(2 * Math.PI * x)));
  return 20 - 20 * Math.exp(-0.2 * distance) + Math.E - Math.exp(waves);
}

/** Listens on the loopback interface; port 0 takes a free one. Resolves to its address and a function that ends it. */
export async function serveObjective(port = 0) {
  const tasks = new Map();
  const server = createServer((request, response) => {
    answer(request, tasks).then(
      (body) => reply(response, 200, body),
      (error) => reply(response, error.status ?? 400, { error: error.message }),
    );
  });
  await new Promise((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/func_eval/`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function answer(request, tasks) {
  const path = new URL(request.url, 'http://localhost').pathname.replace(/\/+$/, '');
  if (request.method !== 'POST') throw failure(405, 'POST is what this understands.');
  if (path === '/func_eval/eval') {
    const points = await readBody(request);
    const result = { ...points, y: rowsOf(points).map(objective) };
    const id = randomUUID();
    tasks.set(id, { result, asked: 0 });
    if (tasks.size > keptTasks) tasks.delete(tasks.keys().next().value);
    return { task_id: id };
  }
  if (path === '/func_eval/task_status') {
    const { task_id: id } = await readBody(request);
    const task = tasks.get(id);
    if (!task) throw failure(404, `There is no task ${id}.`);
    // As a worker that takes its time: every client has to be able to wait.
    task.asked += 1;
    return task.asked === 1 ? { status: 'PENDING' } : { status: 'SUCCESS', result: task.result };
  }
  throw failure(404, 'There are /func_eval/eval and /func_eval/task_status.');
}

/** Columns x1, x2, … as rows. */
function rowsOf(columns) {
  const names = Object.keys(columns);
  const ordered = names.map((_, index) => columns[`x${index + 1}`]);
  const rows = ordered[0]?.length;
  const fits = (column) => Array.isArray(column) && column.length === rows && column.every(Number.isFinite);
  if (!rows || !ordered.every(fits)) throw failure(422, 'Send {"x1":[…],"x2":[…]}: columns of numbers, equally long.');
  return Array.from({ length: rows }, (_, row) => ordered.map((column) => column[row]));
}

async function readBody(request) {
  const parts = [];
  let bytes = 0;
  for await (const part of request) {
    bytes += part.length;
    if (bytes > maxBodyBytes) throw failure(413, 'This is too much at once.');
    parts.push(part);
  }
  const body = JSON.parse(Buffer.concat(parts).toString('utf8'));
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw failure(422, 'Send a JSON object.');
  return body;
}

const failure = (status, message) => Object.assign(new Error(message), { status });

function reply(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { url } = await serveObjective(Number(process.argv[2] ?? 8042));
  console.log(`The function is at ${url} until you press Ctrl+C.`);
}
