/** A real engine process in a home of its own, and real client connections to it. */
import 'vscode-jsonrpc/node';
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { Failure } from '../../src/base/failure';
import { silentLog } from '../../src/base/log';
import { newRunId, type RunId } from '../../src/model/ids';
import type { Run } from '../../src/model/run';
import { isSettled } from '../../src/model/runStatus';
import type { Notice } from '../../src/protocol/contract';
import { type EngineContract, engineContract, type Submission } from '../../src/protocol/engine';
import { readEngineAddress } from '../../src/protocol/engineAddress';
import { introduce } from '../../src/protocol/handshake';
import { ClientPeer } from '../../src/protocol/peer';
import { SocketReader, SocketWriter } from '../../src/protocol/socketTransport';
import { endProcessesOf } from './homeProcesses';
import { type TemporaryFolder, temporaryFolder, until } from './temporaryFolder';

export type EngineClient = ClientPeer<EngineContract>;

export interface TestClient {
  readonly peer: EngineClient;
  readonly changes: Notice<EngineContract, 'runs.changed'>[];
  readonly appended: Notice<EngineContract, 'run.appended'>[];
  readonly lacking: Notice<EngineContract, 'secrets.lacking'>[];
  readonly queue: Notice<EngineContract, 'queue.changed'>[];
  readonly ends: Notice<EngineContract, 'ends.told'>[];
}

export class EngineHarness {
  readonly folder: TemporaryFolder;
  readonly home: string;
  /** Where the engine's bundle was copied to, as the core does it. */
  readonly bundle: string;
  readonly env: NodeJS.ProcessEnv;
  readonly #clients: EngineClient[] = [];
  readonly #processes: ChildProcess[] = [];

  constructor() {
    this.folder = temporaryFolder();
    this.home = this.folder.join('h');
    this.bundle = this.folder.join('b');
    mkdirSync(this.bundle, { recursive: true });
    mkdirSync(this.folder.join('r'), { mode: 0o700 });
    for (const file of ['engine.cjs', 'wrapper.sh']) cpSync(path.resolve('dist', file), path.join(this.bundle, file));
    this.env = { PATH: process.env['PATH'], HOME: this.folder.path, XDG_RUNTIME_DIR: this.folder.join('r') };
  }

  /** Starts an engine; the process, which may lose the race for the lock. */
  spawnEngine(...args: string[]): ChildProcess {
    const child = spawn(
      process.execPath,
      [path.join(this.bundle, 'engine.cjs'), '--home', this.home, '--lock-wait-ms', '500', ...args],
      { env: this.env, stdio: 'ignore', detached: true },
    );
    this.#processes.push(child);
    return child;
  }

  async start(...args: string[]): Promise<TestClient> {
    this.spawnEngine(...args);
    return this.connect();
  }

  /** Connects to the engine of the home, waiting for one; an engine that is just ending is not one. */
  async connect(): Promise<TestClient> {
    return until(async () => {
      try {
        return await this.#connectOnce();
      } catch (error) {
        if (error instanceof Failure && error.code === 'Unavailable') return undefined;
        throw error;
      }
    }, 'an engine that stays');
  }

  async #connectOnce(): Promise<TestClient> {
    const changes: TestClient['changes'] = [];
    const appended: TestClient['appended'] = [];
    const lacking: TestClient['lacking'] = [];
    const queue: TestClient['queue'] = [];
    const ends: TestClient['ends'] = [];
    const socket = await until(async () => this.#tryConnect(), 'an engine that answers');
    const peer = new ClientPeer(
      engineContract,
      new SocketReader(socket),
      new SocketWriter(socket),
      {
        'runs.changed': (notice) => changes.push(notice),
        'run.appended': (notice) => appended.push(notice),
        'secrets.lacking': (notice) => lacking.push(notice),
        'queue.changed': (notice) => queue.push(notice),
        'ends.told': (notice) => ends.push(notice),
      },
      silentLog,
    );
    this.#clients.push(peer);
    await peer.call('runs.watch', {});
    return { peer, changes, appended, lacking, queue, ends };
  }

  /** Connects as an editor's window that shows ends of runs. */
  async connectWindow(window: string, isFocused = false): Promise<TestClient> {
    const client = await this.connect();
    await client.peer.call('engine.hello', { client: 'test', version: '0.1.0', window });
    await client.peer.call('ends.watch', { isFocused });
    return client;
  }

  async enginePid(): Promise<number> {
    return (await until(async () => readEngineAddress(this.home), 'engine.json')).pid;
  }

  /** What engines of the home have warned of, or failed at: says more than a wrong result does. */
  complaints(): string {
    const lines = readFileSync(path.join(this.home, 'logs', 'engine.log'), 'utf8').split('\n');
    return lines.filter((line) => /"level":[456]0/.test(line)).join('\n');
  }

  /** As `kill -9` from a terminal; resolves when the process is gone. */
  async killEngine(): Promise<void> {
    const pid = await this.enginePid();
    process.kill(pid, 'SIGKILL');
    await until(() => !isAlive(pid), 'the end of the engine');
  }

  submission(command: string[], more: Partial<Submission> = {}): Submission {
    return {
      runId: newRunId(),
      experiment: 'tests',
      name: 'a-run',
      tags: [],
      metadataJson: '{}',
      parametersJson: '{}',
      command,
      cwd: this.folder.path,
      environment: [['PATH', process.env['PATH'] ?? '']],
      retries: 0,
      ...more,
    };
  }

  /** A submission of an inline script of Node. */
  script(source: string, more: Partial<Submission> = {}): Submission {
    return this.submission([process.execPath, '--input-type=module', '-e', `${scriptHead}${source}`], more);
  }

  async settled(client: TestClient, runId: RunId): Promise<Run> {
    return until(async () => {
      const { run } = await client.peer.call('runs.get', { run: runId });
      return isSettled(run.status) && run;
    }, `the end of run ${runId}`);
  }

  async reached(client: TestClient, runId: RunId, status: Run['status']): Promise<Run> {
    return until(async () => {
      const { run } = await client.peer.call('runs.get', { run: runId });
      return run.status === status && run;
    }, `run ${runId} to be ${status}`);
  }

  /** Values of a metric in the order of their steps, whatever their number. */
  async values(client: TestClient, runId: RunId, metric: string): Promise<{ x: number[]; y: number[] }> {
    const { windows } = await client.peer.call('series.query', {
      runId,
      metrics: [metric],
      axis: 'step',
      buckets: 20_000,
    });
    return { x: Array.from(windows[0]?.firstX ?? []), y: Array.from(windows[0]?.first ?? []) };
  }

  /** Processes that carry the run's id in their environment. */
  processesOf(runId: RunId): number[] {
    return readdirSync('/proc')
      .map(Number)
      .filter((pid) => {
        if (!Number.isInteger(pid)) return false;
        try {
          return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`SIDELAB_RUN_ID=${runId}`);
        } catch {
          return false;
        }
      });
  }

  /** Ends every process of the home and removes the folder; `before` runs in between. */
  async stop(before?: () => void): Promise<void> {
    for (const client of this.#clients) client.dispose();
    const address = existsSync(this.home) ? await readEngineAddress(this.home) : undefined;
    const pids = new Set([address?.pid, ...this.#processes.map((child) => child.pid)]);
    for (const pid of pids) {
      if (pid === undefined) continue;
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // Ended before.
      }
      await until(() => !isAlive(pid), 'the end of the engine');
    }
    await endProcessesOf(this.home);
    before?.();
    this.folder.remove();
  }

  async #tryConnect(): Promise<net.Socket | undefined> {
    const address = existsSync(this.home) ? await readEngineAddress(this.home) : undefined;
    if (!address) return undefined;
    const socket = net.connect(address.socket);
    try {
      await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
      socket.on('error', () => undefined);
      await introduce(socket, address.token);
      return socket;
    } catch {
      socket.destroy();
      return undefined;
    }
  }
}

/** `log(object)` appends a line to the run log; `sleep(ms)` waits. */
const scriptHead = `
  import { appendFileSync } from 'node:fs';
  const log = (line) => appendFileSync(process.env.SIDELAB_RUN_LOG, JSON.stringify(line) + '\\n');
  const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const isThere = (await import('node:fs')).existsSync;
  const fileThere = async (file) => { while (!isThere(file)) await sleep(20); };
`;

export function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
