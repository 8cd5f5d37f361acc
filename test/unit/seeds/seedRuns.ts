/** The run files of `examples/seeds`, submitted as the CLI and the editor do it, to a real engine in a home of its own. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { silentLog } from '../../../src/base/log';
import { readRunFile } from '../../../src/core/runFiles/readRunFile';
import { resolveRun } from '../../../src/core/runFiles/resolveRun';
import { RunClient } from '../../../src/core/runs/runClient';
import { EngineSource } from '../../../src/core/sources/engine/engineSource';
import type { RunId } from '../../../src/model/ids';
import type { Submission } from '../../../src/protocol/engine';
import { EngineHarness } from '../../support/engineHarness';

export class SeedRuns {
  readonly harness = new EngineHarness();
  readonly source = EngineSource.open({
    home: this.harness.home,
    bundleFolder: path.resolve('dist'),
    identity: { client: 'test', version: '0' },
    environment: this.harness.env,
    log: silentLog,
  });
  readonly client = new RunClient(this.source);

  /** The run file with some of its text replaced; each text must be there. */
  async submission(name: string, changes: Readonly<Record<string, string>> = {}): Promise<Submission> {
    const file = path.resolve('examples', 'seeds', `${name}.run.json`);
    let text = await readFile(file, 'utf8');
    for (const [old, replacement] of Object.entries(changes)) {
      if (!text.includes(old)) throw new Error(`${name}.run.json has no ${old}.`);
      text = text.replace(old, () => replacement);
    }
    const environment = { ...process.env, PATH: `${path.dirname(process.execPath)}:${process.env['PATH'] ?? ''}` };
    return resolveRun({ file: await readRunFile(text, file), text, path: file, environment });
  }

  async metadata(runId: RunId): Promise<unknown> {
    return JSON.parse((await this.source.run(runId)).metadataJson);
  }

  /** Values of a metric by their steps. */
  async points(runId: RunId, metric: string): Promise<readonly (readonly [step: number, value: number])[]> {
    const [series] = await this.source.series({ runId, metrics: [metric], axis: 'step', buckets: 10_000 });
    const steps = Array.from(series?.firstX ?? []);
    return Array.from(series?.first ?? [], (value, index) => [steps[index] ?? NaN, value] as const);
  }

  async stop(): Promise<void> {
    this.source.dispose();
    await this.harness.stop();
  }
}
