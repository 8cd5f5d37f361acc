/** The built CLI with the built engine in a folder and a home of their own: what a person in a terminal gets. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readEngineAddress } from '../../../src/protocol/engineAddress';
import { endProcessesOf } from '../../support/homeProcesses';
import { type TemporaryFolder, temporaryFolder } from '../../support/temporaryFolder';

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves with stdout once it holds the text. */
  readonly printed: (text: string) => Promise<string>;
}

export class CliHarness {
  readonly folder: TemporaryFolder = temporaryFolder();
  readonly home = this.folder.join('h');

  constructor() {
    mkdirSync(this.folder.join('r'), { mode: 0o700 });
  }

  /** `input` is piped in; without it nothing is. */
  start(args: readonly string[], environment: NodeJS.ProcessEnv = {}, input?: string): Started {
    const child = spawn(process.execPath, [path.resolve('dist/cli.cjs'), '--home', this.home, ...args], {
      cwd: this.folder.path,
      env: {
        PATH: process.env['PATH'],
        HOME: this.folder.path,
        XDG_RUNTIME_DIR: this.folder.join('r'),
        ...environment,
      },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    // Who reads nothing of it may be gone.
    child.stdin.on('error', () => undefined).end(input);
    let stdout = '';
    let stderr = '';
    const readable = child.stdout;
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const ended = new Promise<Ended>((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
    const printed = async (text: string): Promise<string> =>
      new Promise((resolve, reject) => {
        const look = (): void => void (stdout.includes(text) && resolve(stdout));
        readable.on('data', look);
        child.on('close', () => reject(new Error(`It ended without "${text}": ${stdout}${stderr}`)));
        look();
      });
    return { child, ended, printed };
  }

  readonly sidelab = async (...args: string[]): Promise<Ended> => this.start(args).ended;

  /** A program of Node, and `work.run.json` that runs it. */
  program(source: string, runFile: object = {}): void {
    writeFileSync(this.folder.join('work.mjs'), source);
    const content = { command: [process.execPath, 'work.mjs'], parameters: { lr: 0.1 }, ...runFile };
    writeFileSync(this.folder.join('work.run.json'), `// a run\n${JSON.stringify(content)}\n`);
  }

  async killEngine(): Promise<void> {
    const address = await readEngineAddress(this.home);
    if (address) process.kill(address.pid, 'SIGKILL');
  }

  async dispose(): Promise<void> {
    await this.killEngine();
    await endProcessesOf(this.home);
    this.folder.remove();
  }
}
