/** A folder with a run file, which is resolved and really executed as the engine would. */
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { Failure } from '../../../../src/base/failure';
import { diagnoseRunFile, readRunFile } from '../../../../src/core/runFiles/readRunFile';
import { resolveRun } from '../../../../src/core/runFiles/resolveRun';
import { describeKeyPath } from '../../../../src/core/runFiles/runFileProblem';
import type { RunToResolve } from '../../../../src/core/runFiles/runToResolve';
import { fillReferences } from '../../../../src/model/references';
import type { Submission } from '../../../../src/protocol/engine';
import { type TemporaryFolder, temporaryFolder } from '../../../support/temporaryFolder';

export type ResolveOptions = Partial<
  Pick<RunToResolve, 'environment' | 'workspace' | 'selectedPython' | 'onlyLook' | 'capacity'>
>;

/** Node beside the tools of the system. */
export const usualPath = `${path.dirname(process.execPath)}:/usr/bin:/bin`;

export class RunFileFolder {
  readonly folder: TemporaryFolder = temporaryFolder();
  readonly file = this.folder.join('a.run.json');

  write(name: string, content: string, mode = 0o644): string {
    const file = this.folder.join(name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content, { mode });
    return file;
  }

  async resolve(content: object, options: ResolveOptions = {}): Promise<Submission> {
    const text = JSON.stringify(content);
    const file = await readRunFile(text, this.file);
    return resolveRun({ file, text, path: this.file, environment: { PATH: usualPath }, ...options });
  }

  /** What the program prints, with the run's own references as an engine would fill them. */
  async execute(content: object, options: ResolveOptions = {}): Promise<string> {
    const { command, cwd, environment } = await this.resolve(content, options);
    const late = new Map([
      ['run.id', 'the-id'],
      ['run.outputs', this.folder.join('outputs')],
      ['run.checkpoints', this.folder.join('checkpoints')],
    ]);
    for (const name of ['outputs', 'checkpoints']) mkdirSync(this.folder.join(name), { recursive: true });
    const fill = (text: string): string => fillReferences(text, (name) => late.get(name));
    const [program = '', ...args] = command.map(fill);
    const env = Object.fromEntries(environment.map(([name, value]) => [name, fill(value)]));
    const { stdout } = await promisify(execFile)(program, args, { cwd: fill(cwd), env });
    return this.#short(stdout.trimEnd());
  }

  /** "line:column message hint" of the failure, the folder as `~`. */
  async failureOf(content: object, options: ResolveOptions = {}): Promise<string> {
    try {
      await this.resolve(content, options);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const { code, message, hint, place } = error.toData();
      const at = place ? `${place.line}:${place.column} ` : '';
      return this.#short(`${code} ${at}${message}${hint === undefined ? '' : ` ${hint}`}`);
    }
    throw new Error('It was resolved.');
  }

  /** "key: message hint" of what is underlined while typing. */
  async problems(text: string): Promise<string[]> {
    const found = await diagnoseRunFile(text, this.file);
    return found.map((p) => `${describeKeyPath(p.keyPath)}: ${p.message}${p.hint === undefined ? '' : ` ${p.hint}`}`);
  }

  #short(text: string): string {
    return text.replaceAll(this.folder.path, '~');
  }
}
