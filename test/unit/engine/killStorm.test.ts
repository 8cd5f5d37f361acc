/**
 * Kills engine, wrappers, programs and clients at random moments over a mix of runs, and then looks whether anything was
 * lost, doubled or left behind. `SIDELAB_KILLS` says how often (default 30, in CI), `SIDELAB_SEED` repeats a storm:
 *
 *     SIDELAB_KILLS=500 SIDELAB_SEED=7 npm run test:unit -- --grep "storm of kills"
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { RunId } from '../../../src/model/ids';
import type { Attempt } from '../../../src/model/run';
import { isSettled } from '../../../src/model/runStatus';
import type { Submission } from '../../../src/protocol/engine';
import { EngineHarness, isAlive, type TestClient } from '../../support/engineHarness';
import { SeededRandom } from '../../support/seededRandom';
import { until } from '../../support/temporaryFolder';

const kills = Number(process.env['SIDELAB_KILLS'] ?? 30);
const seed = Number(process.env['SIDELAB_SEED'] ?? 1);

interface Sent {
  readonly submission: Submission;
  /** Exit codes that its program may give by itself. */
  readonly codes: readonly number[];
  wasCancelled: boolean;
  /** Something of it was killed by us: then any end is a right one that is no success of nobody. */
  wasHit: boolean;
}

describe('a storm of kills', function () {
  this.timeout(60_000 + kills * 4000);

  let harness: EngineHarness;
  before(() => {
    harness = new EngineHarness();
  });
  after(async () => harness.stop());

  it(`loses no run, point or event, doubles none and leaves no process behind (${kills} kills, seed ${seed})`, async () => {
    const random = new SeededRandom(seed);
    const sent: Sent[] = [];
    let client = await harness.start('--grace-ms', '300');
    await client.peer.call('engine.configure', { atOnce: 6 });

    for (let kill = 0; kill < kills; kill += 1) {
      for (let i = random.below(3); i >= 0; i -= 1) {
        const run = makeRun(harness, random);
        sent.push(run);
        client = await surely(client, async (c) => c.peer.call('runs.submit', run.submission));
      }
      const victim = random.pick(sent.filter(({ wasCancelled }) => !wasCancelled));
      if (victim && random.below(4) === 0) {
        client = await surely(client, async (c) => {
          victim.wasCancelled = true;
          // Refused when it has ended before: then it was not cancelled.
          await c.peer.call('runs.cancel', { runId: victim.submission.runId }).catch((error: unknown) => {
            if (!String(error).includes('already')) throw error;
          });
        });
      }
      await new Promise((resolve) => setTimeout(resolve, random.below(250)));
      client = await strike(client, random, sent);
    }

    client = await alive(client);
    await until(
      async () => (await client.peer.call('runs.list', { active: true, limit: 1 })).runs.length === 0,
      'all runs to end',
      60_000,
    );
    for (const run of sent) await check(client, run);
    assert.deepEqual(
      sent.flatMap(({ submission }) => harness.processesOf(submission.runId)),
      [],
      'processes left behind',
    );
  });

  async function alive(client: TestClient): Promise<TestClient> {
    if (!client.peer.isClosed && isAlive(await harness.enginePid())) return client;
    harness.spawnEngine('--grace-ms', '300');
    return harness.connect();
  }

  /** Asks until there is an answer: every request may be repeated. */
  async function surely(client: TestClient, ask: (client: TestClient) => Promise<unknown>): Promise<TestClient> {
    let current = client;
    for (;;) {
      current = await alive(current);
      try {
        await ask(current);
        return current;
      } catch (error) {
        if (!String(error).includes('connection was closed')) throw error;
      }
    }
  }

  async function strike(client: TestClient, random: SeededRandom, sent: readonly Sent[]): Promise<TestClient> {
    const kind = random.pick(['engine', 'engine', 'wrapper', 'program', 'client'] as const);
    if (kind === 'engine') {
      await harness.killEngine();
      return alive(client);
    }
    if (kind === 'client') {
      client.peer.dispose();
      return alive(client);
    }
    const run = random.pick(sent.filter(({ submission }) => harness.processesOf(submission.runId).length > 0));
    if (!run) return client;
    const pids = harness.processesOf(run.submission.runId);
    const leaders = pids.filter((pid) => commandOf(pid).includes('wrapper.sh'));
    const hit = random.pick(kind === 'wrapper' ? leaders : pids.filter((pid) => !leaders.includes(pid)));
    if (hit === undefined) return client;
    run.wasHit = true;
    try {
      process.kill(hit, 'SIGKILL');
    } catch {
      // It was quicker.
    }
    return client;
  }

  async function check(client: TestClient, { submission, codes, wasCancelled, wasHit }: Sent): Promise<void> {
    const { run, attempts } = await client.peer.call('runs.get', { run: submission.runId });
    const what = `${submission.name} ${run.id} ${run.status} (${run.evidence ?? ''})`;
    assert.ok(isSettled(run.status), what);
    assert.ok(attempts.length <= 1 + submission.retries, `${what}: ${attempts.length} attempts`);
    if (!wasHit && !wasCancelled) {
      const code = run.attempt?.exitCode;
      assert.ok(code !== undefined && codes.includes(code), `${what}: exit code ${code}`);
      assert.equal(run.status, code === 0 ? 'completed' : 'failed', what);
    }
    if (run.status === 'cancelled') assert.ok(wasCancelled, what);
    if (run.status === 'lost') assert.ok(wasHit, what);
    await checkLog(client, submission.runId, attempts, `${what} ${JSON.stringify(attempts)} ${harness.complaints()}`);
  }

  /** What the programs have written is the truth: each whole line once, no other. */
  async function checkLog(client: TestClient, runId: RunId, attempts: readonly Attempt[], what: string): Promise<void> {
    const written = attempts.flatMap(({ folder }) => {
      const file = path.join(folder, 'run.log');
      const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
      return text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as { step: number });
    });
    const { x } = await harness.values(client, runId, 'n');
    assert.deepEqual(
      x,
      written.map(({ step }) => step).sort((a, b) => a - b),
      `${what}: points`,
    );
    const { events } = await client.peer.call('events.list', { runId, limit: 1000 });
    assert.equal(events.filter(({ level }) => level === 'info').length, written.length, `${what}: events`);
  }
});

/** A run of some kind; each logs points and events whose steps tell their attempt. */
function makeRun(harness: EngineHarness, random: SeededRandom): Sent {
  const log = (count: number): string => `
    const first = Number(process.env.SIDELAB_ATTEMPT) * 1000;
    for (let i = 0; i < ${count}; i += 1) {
      log({ step: first + i, metrics: { n: i }, event: 'point ' + i });
      await sleep(${random.below(20)});
    }
  `;
  const count = 1 + random.below(25);
  const code = 1 + random.below(100);
  const make = (name: string, source: string, codes: number[], more: Partial<Submission> = {}): Sent => ({
    submission: harness.script(`${log(count)}${source}`, { name, ...more }),
    codes,
    wasCancelled: false,
    wasHit: false,
  });
  switch (random.below(4)) {
    case 0:
      return make('succeeds', '', [0]);
    case 1:
      return make('fails', `process.exit(${code});`, [code]);
    case 2:
      return make(
        'retries',
        `
        import { appendFileSync as append, readFileSync as read } from 'node:fs';
        append(process.env.SIDELAB_CHECKPOINTS + '/tries', 'x');
        process.exit(read(process.env.SIDELAB_CHECKPOINTS + '/tries', 'utf8').length >= 2 ? 0 : ${code});
      `,
        [0],
        { retries: 2, retryDelayMs: random.below(300) },
      );
    default:
      return make('times out', 'setInterval(() => {}, 1000);', [143], { timeoutMs: 900 });
  }
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  } catch {
    return '';
  }
}
