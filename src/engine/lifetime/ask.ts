/** Asking one of the system's own programs, which may be missing, refuse, or hang with the bus that it talks to. */
import { execFile } from 'node:child_process';

const limitMs = 2000;

/** What it printed; undefined when it is not there, failed, or took too long. */
export async function ask(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const options = { env, timeout: limitMs, killSignal: 'SIGKILL', encoding: 'utf8' } as const;
    execFile(program, args, options, (error, stdout) => resolve(error ? undefined : stdout));
  });
}
