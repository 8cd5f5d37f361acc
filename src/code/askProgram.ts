/** Runs a program for what it prints, within limits of time and size, and leaves none of its processes behind. */
import { spawn } from 'node:child_process';

/** The variables that a program is started with. */
export type Variables = ReadonlyMap<string, string>;

export interface Question {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly environment: Variables;
  readonly timeLimitMs: number;
  /** What it reads from stdin; nothing when absent. */
  readonly input?: string;
  /** Of each stream; what is beyond is dropped. */
  readonly maxBytes?: number;
}

export interface Answer {
  readonly end: 'succeeded' | 'failed' | 'time limit';
  readonly stdout: string;
  readonly stderr: string;
  /** A stream had more than `maxBytes`. */
  readonly isCut: boolean;
}

const defaultMaxBytes = 8 * 1024 * 1024;

/** A program that cannot be started has failed; its error stands in `stderr`. */
export async function askProgram(question: Question): Promise<Answer> {
  const { program, args, cwd, environment, timeLimitMs, input, maxBytes = defaultMaxBytes } = question;
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd,
      env: Object.fromEntries(environment),
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
      // A process group of its own, which ends as a whole.
      detached: process.platform !== 'win32',
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    let isCut = false;
    const keep = (parts: Buffer[]) => {
      let left = maxBytes;
      return (part: Buffer) => {
        isCut ||= part.length > left;
        parts.push(part.subarray(0, left));
        left -= Math.min(left, part.length);
      };
    };
    child.stdout.on('data', keep(stdout));
    child.stderr.on('data', keep(stderr));
    const end = (how: Answer['end'], more = ''): void => {
      clearTimeout(timer);
      child.stdout.destroy();
      child.stderr.destroy();
      const said = Buffer.concat(stderr).toString() + more;
      resolve({ end: how, stdout: Buffer.concat(stdout).toString(), stderr: said, isCut });
    };
    const timer = setTimeout(() => {
      if (child.pid !== undefined) endGroup(child.pid);
      end('time limit');
    }, timeLimitMs);
    // A program that does not read to the end is no error of ours.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    child.on('error', (error) => end('failed', error.message));
    child.on('close', (code) => end(code === 0 ? 'succeeded' : 'failed'));
  });
}

function endGroup(pid: number): void {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // It has just ended by itself.
  }
}
