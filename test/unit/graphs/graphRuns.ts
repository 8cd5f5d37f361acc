/** Graphs written as run files, submitted as the CLI and the editor do it, to a real engine in a home of its own. */
import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { keepCode } from '../../../src/core/packaging/keepCode';
import { readRunFile } from '../../../src/core/runFiles/readRunFile';
import { resolveRun } from '../../../src/core/runFiles/resolveRun';
import { sweepExtension } from '../../../src/core/runs/sweepExtension';
import { newRunId, type RunId } from '../../../src/model/ids';
import type { Run } from '../../../src/model/run';
import { isSettled } from '../../../src/model/runStatus';
import type { Submission } from '../../../src/protocol/engine';
import { EngineHarness, type TestClient } from '../../support/engineHarness';
import { until } from '../../support/temporaryFolder';

export class GraphRuns {
  readonly harness = new EngineHarness();
  client!: TestClient;

  async start(...args: string[]): Promise<void> {
    this.client = await this.harness.start('--grace-ms', '1000', ...args);
  }

  async stop(): Promise<void> {
    await this.harness.stop();
  }

  async resolve(file: unknown, environment: NodeJS.ProcessEnv = {}): Promise<Submission> {
    const text = JSON.stringify(file, undefined, 2);
    const filePath = path.join(this.harness.folder.path, 'graph.run.json');
    writeFileSync(filePath, text);
    const all = { PATH: `${path.dirname(process.execPath)}:${process.env['PATH'] ?? ''}`, ...environment };
    return resolveRun({ file: await readRunFile(text, filePath), text, path: filePath, environment: all });
  }

  async submit(file: unknown, environment: NodeJS.ProcessEnv = {}): Promise<Run> {
    const submission = await keepCode(this.harness.home, await this.resolve(file, environment), process.env);
    return this.client.peer.call('runs.submit', submission);
  }

  /** The sweep gets the trials that its run file, which is `file` now, has more than before. */
  async extend(sweep: Run, file: unknown): Promise<{ readonly added: number; readonly status: Run['status'] }> {
    if (sweep.runFilePath !== undefined) writeFileSync(sweep.runFilePath, JSON.stringify(file));
    const source = { run: async (reference: string) => this.client.peer.call('runs.get', { run: reference }) };
    const extension = await sweepExtension(source, sweep, { PATH: process.env['PATH'] ?? '' });
    const { run, added } = await this.client.peer.call('runs.extend', extension);
    return { added, status: run.status };
  }

  /** Names of the files with environments that are kept for the run. */
  environmentsOf(runId: RunId): string[] {
    return readdirSync(path.join(this.harness.home, 'runs', runId)).filter((name) =>
      /^environment(-\d+)?\.json$/.test(name),
    );
  }

  async children(runId: RunId): Promise<readonly Run[]> {
    const runs: Run[] = [];
    for (;;) {
      const after = runs.at(-1)?.sequence;
      const query = { runId, limit: 1000, ...(after === undefined ? {} : { after }) };
      const page = await this.client.peer.call('runs.children', query);
      runs.push(...page.runs);
      if (!page.more) return runs;
    }
  }

  async child(runId: RunId, ...names: readonly string[]): Promise<Run> {
    const [name, ...deeper] = names;
    const found = (await this.children(runId)).find(({ task }) => task === name);
    if (!found) throw new Error(`There is no task ${name ?? ''}.`);
    return deeper.length > 0 ? this.child(found.id, ...deeper) : found;
  }

  /** The statuses of the tasks by their names. */
  async statuses(runId: RunId): Promise<Record<string, string>> {
    return Object.fromEntries((await this.children(runId)).map(({ task = '', status }) => [task, status] as const));
  }

  /** The run as it was told last, without asking. */
  heard(runId: RunId): Run | undefined {
    return this.client.changes.flatMap(({ runs }) => runs).findLast(({ id }) => id === runId);
  }

  async settled(run: Run): Promise<Run> {
    return this.harness.settled(this.client, run.id);
  }

  /** As `settled`, for what takes long: waits for what is told, and asks for nothing in between. */
  async ended(run: Run): Promise<Run> {
    const told = await until(
      () => {
        const last = this.heard(run.id);
        return last && isSettled(last.status) && last;
      },
      `the end of run ${run.id}`,
      600_000,
    );
    return told;
  }

  async reached(runId: RunId, status: Run['status']): Promise<Run> {
    return this.harness.reached(this.client, runId, status);
  }

  async retry(runId: RunId, scope: 'one' | 'onward' = 'one', checkpoints: 'empty' | 'kept' = 'empty'): Promise<Run> {
    const environment: [string, string][] = [['PATH', process.env['PATH'] ?? '']];
    return this.client.peer.call('runs.retry', { runId, checkpoints, key: newRunId(), environment, scope });
  }

  async output(runId: RunId): Promise<string> {
    const query = { runId, attempt: 0, stream: 'both' as const, from: 0, maxBytes: 1_000_000 };
    return Buffer.from((await this.client.peer.call('output.read', query)).bytes).toString();
  }

  async until<T>(look: () => T | Promise<T>, what: string): Promise<Exclude<T, false | undefined>> {
    return until(look, what);
  }
}

/** Milliseconds between the start of the first and the end of the second; negative when they did not overlap. */
export function overlapMs(a: Run, b: Run): number {
  const start = Math.max(a.attempt?.startedAtMs ?? NaN, b.attempt?.startedAtMs ?? NaN);
  const end = Math.min(a.attempt?.endedAtMs ?? NaN, b.attempt?.endedAtMs ?? NaN);
  return end - start;
}
