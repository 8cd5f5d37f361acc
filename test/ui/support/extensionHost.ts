/**
 * The extension hosts of a workbench as a test sees them: which live, what they say, how to kill them. A test's function
 * runs inside through the bridge extension (test/ui/bridge).
 */
import fs from 'node:fs';
import path from 'node:path';
import type * as vscode from 'vscode';
import { isAlive, readIfThere, signalOne, until } from '../../workbench/processes.mjs';

export type HostFunction<A extends unknown[], R> = (api: typeof vscode, ...args: A) => R | Promise<R>;

export class ExtensionHosts {
  readonly #bridges: string;

  /** @param bridges the folder in which the bridges leave their addresses */
  constructor(bridges: string) {
    this.#bridges = bridges;
  }

  /** The living ones. */
  list(): ExtensionHost[] {
    return fs
      .readdirSync(this.#bridges)
      .filter((name) => name.endsWith('.json'))
      .map((name) => new ExtensionHost(Number(path.parse(name).name), path.join(this.#bridges, name)))
      .filter((host) => isAlive(host.pid));
  }

  /** Waits for one that is not among `known`. */
  async awaitOther(known: readonly ExtensionHost[]): Promise<ExtensionHost> {
    const pids = new Set(known.map((host) => host.pid));
    return until('a new extension host with the bridge', () => this.list().find((host) => !pids.has(host.pid)), 90_000);
  }
}

export class ExtensionHost {
  readonly pid: number;
  readonly #file: string;

  /** @param file where its bridge left its address */
  constructor(pid: number, file: string) {
    this.pid = pid;
    this.#file = file;
  }

  /** Runs `fn` there. It travels as text: it sees its arguments and the `vscode` API, nothing around it. */
  async run<A extends unknown[], R>(fn: HostFunction<A, R>, ...args: A): Promise<R> {
    const text = readIfThere(this.#file);
    if (text === undefined) throw new Error(`The extension host ${this.pid} is gone.`);
    const { port, token } = JSON.parse(text) as { port: number; token: string };
    const response = await fetch(`http://127.0.0.1:${port}/`, {
      method: 'POST',
      headers: { 'x-token': token },
      body: JSON.stringify({ source: fn.toString(), args }),
    });
    const answer = (await response.json()) as { value: R } | { error: string };
    if ('error' in answer) throw new Error(`In the extension host: ${answer.error}`);
    return answer.value;
  }

  /** As by `kill -9`. Resolves when it is dead. */
  async kill(): Promise<void> {
    signalOne(this.pid, 'SIGKILL');
    await until('the end of the extension host', () => !isAlive(this.pid));
    fs.rmSync(this.#file, { force: true });
  }
}
