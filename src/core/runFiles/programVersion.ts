/** Which version an interpreter is: it is asked, and has a few seconds to answer. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { plainText } from '../../model/plainText';
import { Once } from './once';

const patienceMs = 3000;

/** Only these are known to answer `--version` and do nothing else. */
const interpreters = /^(node|nodejs|(python|pypy)(\d+(\.\d+)*)?t?)(\.exe)?$/;

export class ProgramVersions {
  readonly #once = new Once();

  /** "Python 3.12.1", "v24.1.0"; undefined for a program that is no interpreter, and for one that does not say it. */
  async find(program: string, env: Readonly<Record<string, string>>): Promise<string | undefined> {
    if (!path.isAbsolute(program) || !interpreters.test(path.basename(program))) return undefined;
    return this.#once.get([program], async () => ask(program, env));
  }
}

async function ask(program: string, env: Readonly<Record<string, string>>): Promise<string | undefined> {
  return new Promise((resolve) => {
    const options = { env, timeout: patienceMs, killSignal: 'SIGKILL', maxBuffer: 10_000 } as const;
    execFile(program, ['--version'], options, (error, stdout, stderr) => {
      // Python 2 said it on stderr.
      const [line = ''] = `${stdout}${stderr}`.trim().split(/\r?\n/, 1);
      resolve(error || line === '' ? undefined : plainText(line.slice(0, 100)));
    });
  });
}
