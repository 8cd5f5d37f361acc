/** Kills engine, wrappers, programs and clients of a home at random, and goes on asking all the same. */
import { readdirSync, readFileSync } from 'node:fs';
import type { RunId } from '../../../src/model/ids';
import { isRunId } from '../../../src/model/ids';
import { isAlive, type TestClient } from '../../support/engineHarness';
import type { SeededRandom } from '../../support/seededRandom';
import { until } from '../../support/temporaryFolder';
import type { GraphRuns } from './graphRuns';

const engineArguments = ['--grace-ms', '300'];

interface Process {
  readonly pid: number;
  readonly runId: RunId;
  readonly isWrapper: boolean;
}

export class GraphStorm {
  readonly #graphs: GraphRuns;
  readonly #random: SeededRandom;
  readonly #hit = new Set<RunId>();

  constructor(graphs: GraphRuns, random: SeededRandom) {
    this.#graphs = graphs;
    this.#random = random;
  }

  async start(): Promise<void> {
    await this.#graphs.start();
    await this.surely(async (peer) => peer.call('engine.configure', { atOnce: 6 }));
  }

  /** A process of the run was killed by us: then any end of it is a right one. */
  wasHit(runId: RunId): boolean {
    return this.#hit.has(runId);
  }

  async activeCount(): Promise<number> {
    const { runs } = await this.surely(async (peer) => peer.call('runs.list', { active: true, limit: 100 }));
    return runs.length;
  }

  /** Asks until there is an answer: every request may be repeated. */
  async surely<T>(ask: (peer: TestClient['peer']) => Promise<T>): Promise<T> {
    for (;;) {
      await this.#revive();
      try {
        return await ask(this.#graphs.client.peer);
      } catch (error) {
        if (!String(error).includes('connection was closed')) throw error;
      }
    }
  }

  async strike(): Promise<void> {
    const kind = this.#random.pick(['engine', 'engine', 'engine', 'wrapper', 'program', 'client'] as const);
    if (kind === 'engine') await this.#graphs.harness.killEngine();
    else if (kind === 'client') this.#graphs.client.peer.dispose();
    else this.#killOne(kind === 'wrapper');
    await this.#revive();
  }

  /** Until nothing is active any more. */
  async calm(): Promise<void> {
    await until(async () => (await this.activeCount()) === 0, 'all runs to end', 120_000);
  }

  #killOne(wrapper: boolean): void {
    const found = [...processesWithRuns()].filter(
      ({ runId, isWrapper }) => isWrapper === wrapper && this.#isOurs(runId),
    );
    const victim = found.length > 0 ? this.#random.pick(found) : undefined;
    if (!victim) return;
    this.#hit.add(victim.runId);
    try {
      process.kill(victim.pid, 'SIGKILL');
    } catch {
      // It was quicker.
    }
  }

  /** Other tests have runs of their own at the same time. */
  #isOurs(runId: RunId): boolean {
    return readdirSync(`${this.#graphs.harness.home}/runs`).includes(runId);
  }

  async #revive(): Promise<void> {
    const { client, harness } = this.#graphs;
    if (!client.peer.isClosed && isAlive(await harness.enginePid())) return;
    harness.spawnEngine(...engineArguments);
    this.#graphs.client = await harness.connect();
  }
}

function* processesWithRuns(): Generator<Process> {
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    try {
      const runId = /(?:^|\0)SIDELAB_RUN_ID=([^\0]*)/.exec(readFileSync(`/proc/${pid}/environ`, 'latin1'))?.[1];
      if (runId === undefined || !isRunId(runId)) continue;
      yield { pid, runId, isWrapper: readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('wrapper.sh') };
    } catch {
      // It has ended.
    }
  }
}
