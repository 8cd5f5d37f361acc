/** The home: where everything of one user's engine lies. Paths only, and the folders made owner-only. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { RunId } from '../model/ids';
import { attemptFolder, checkpointsFolder, outputsFolder, parametersFile, runFolder } from '../protocol/runFolders';

export class Home {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Makes the folders. Throws what the file system throws: without a home there is no engine. */
  prepare(): void {
    for (const folder of [this.folder, this.path('runs'), this.path('logs'), this.path('engine')]) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
    }
  }

  get database(): string {
    return this.path('sidelab.db');
  }

  get lockFile(): string {
    return this.path('engine.lock');
  }

  /** "pid start-time" of the living engine, for the wrappers, which can read no lock. */
  get pidFile(): string {
    return this.path('engine.pid');
  }

  /** A script with which a wrapper starts the engine when none lives. */
  get startScript(): string {
    return this.path('engine', 'start');
  }

  get tokenFile(): string {
    return this.path('token');
  }

  get logFile(): string {
    return this.path('logs', 'engine.log');
  }

  run(runId: RunId): string {
    return runFolder(this.folder, runId);
  }

  attempt(runId: RunId, attempt: number): string {
    return attemptFolder(this.folder, runId, attempt);
  }

  outputs(runId: RunId): string {
    return outputsFolder(this.folder, runId);
  }

  checkpoints(runId: RunId): string {
    return checkpointsFolder(this.folder, runId);
  }

  parameters(runId: RunId): string {
    return parametersFile(this.folder, runId);
  }

  /**
   * The submitter's environment, owner-only, until the run is settled; a run made of runs has one for each that differs, and
   * those of later attempts by hand.
   */
  environment(runId: RunId, index: number): string {
    return path.join(this.run(runId), index === 0 ? 'environment.json' : `environment-${index}.json`);
  }

  /** What stays of the environments of a settled run. */
  environmentDigests(runId: RunId): string {
    return path.join(this.run(runId), 'environment-digests.json');
  }

  path(...parts: readonly string[]): string {
    return path.join(this.folder, ...parts);
  }
}
