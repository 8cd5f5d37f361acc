/** A folder whose run files are checked as they are while somebody types. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { checkRunFileWhole, type WholeCheck } from '../../../../../src/core/runFiles/check/checkRunFileWhole';
import type { Fix } from '../../../../../src/core/runFiles/check/mend';
import { describeKeyPath, type RunFileProblem } from '../../../../../src/core/runFiles/runFileProblem';
import { type TemporaryFolder, temporaryFolder } from '../../../../support/temporaryFolder';
import { usualPath } from '../runFileFolder';

export class CheckedFolder {
  readonly folder: TemporaryFolder = temporaryFolder();
  readonly file = this.folder.join('a.run.json');

  write(name: string, content: unknown, mode = 0o644): void {
    const file = this.folder.join(name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content), { mode });
  }

  async problems(file: unknown, options: Partial<WholeCheck> = {}): Promise<readonly RunFileProblem[]> {
    return checkRunFileWhole({
      text: textOf(file),
      path: this.file,
      environment: { PATH: usualPath },
      ...options,
    });
  }

  /** "code at key" of each, in the order of the text. */
  async codes(file: unknown, options: Partial<WholeCheck> = {}): Promise<string[]> {
    return (await this.problems(file, options)).map(({ code, keyPath }) => `${code} ${describeKeyPath(keyPath)}`);
  }

  /** The file after each of the fixes of its only problem, by their titles. */
  async fixed(file: unknown, options: Partial<WholeCheck> = {}): Promise<Record<string, unknown>> {
    const [problem, ...others] = await this.problems(file, options);
    if (!problem || others.length > 0) {
      throw new Error(`${others.length + (problem ? 1 : 0)} problems: ${(await this.codes(file, options)).join('; ')}`);
    }
    const fixes = problem.findFixes?.() ?? [];
    return Object.fromEntries(fixes.map((fix) => [fix.title, JSON.parse(applyFix(textOf(file), fix))]));
  }

  dispose(): void {
    this.folder.remove();
  }
}

export const textOf = (file: unknown): string => (typeof file === 'string' ? file : JSON.stringify(file));

export function applyFix(text: string, { edits }: Fix): string {
  let fixed = '';
  let end = 0;
  for (const { offset, length, newText } of edits) {
    fixed += text.slice(end, offset) + newText;
    end = offset + length;
  }
  return fixed + text.slice(end);
}
