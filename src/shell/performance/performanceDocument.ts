/** *Show Performance*: a read-only text, made anew each time. */
import {
  env,
  type Event,
  EventEmitter,
  type TextDocumentContentProvider,
  Uri,
  version,
  window,
  workspace,
} from 'vscode';
import { describeFailure, Failure } from '../../base/failure';
import { type Disposable, DisposableStore } from '../../base/lifecycle';
import type { EngineSource } from '../../core/sources/engine/engineSource';
import type { EnginePerformance } from '../../protocol/engine';
import { performanceScheme } from '../ids';

export interface PerformanceParts {
  readonly source: EngineSource;
  readonly home: string;
  readonly version: string;
  /** How long activation took; known when it is over. */
  readonly activationMs: () => number;
}

/** A large home is not looked at in full. */
const measureLimitMs = 5000;
const address = Uri.from({ scheme: performanceScheme, path: '/Sidelab Performance.md' });

export class PerformanceDocument implements TextDocumentContentProvider, Disposable {
  readonly #owned = new DisposableStore();
  readonly #parts: PerformanceParts;
  readonly #didChange = this.#owned.own(new EventEmitter<Uri>());
  readonly onDidChange: Event<Uri> = this.#didChange.event;

  constructor(parts: PerformanceParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#owned.own(workspace.registerTextDocumentContentProvider(performanceScheme, this));
  }

  async show(): Promise<void> {
    const isOpen = workspace.textDocuments.some(({ uri }) => uri.toString() === address.toString());
    if (isOpen) this.#didChange.fire(address);
    await window.showTextDocument(await workspace.openTextDocument(address), { preview: true });
  }

  async provideTextDocumentContent(): Promise<string> {
    const [{ measureHome }, { performanceText }] = await Promise.all([
      import('../../core/home/measureHome'),
      import('./performanceText'),
    ]);
    const { source, home, version: own, activationMs } = this.#parts;
    const { state, reason } = source.connection;
    const engine = await this.#askEngine();
    return performanceText({
      window: {
        version: own,
        editor: [
          `${env.appName} ${version} on ${process.platform} ${process.arch}`,
          `Node ${process.versions.node}`,
          ...(env.remoteName === undefined ? [] : [`remote: ${kindOfRemote(env.remoteName)}`]),
        ].join(', '),
        activationMs: activationMs(),
        hostBytes: process.memoryUsage.rss(),
        connection: reason === undefined ? state : `${state}: ${reason}`,
        calls: source.callTimes,
      },
      engine,
      home: await measureHome(home, measureLimitMs),
    });
  }

  /** None is started for it. */
  async #askEngine(): Promise<EnginePerformance | string> {
    const { source } = this.#parts;
    try {
      if (!(await source.connectIfAlive()))
        return 'None lives: it ends by itself when nothing runs and nobody listens.';
      return await source.performance();
    } catch (error) {
      if (error instanceof Failure) return describeFailure(error.toData());
      throw error;
    }
  }

  dispose(): void {
    this.#owned.dispose();
  }
}

/** Of "ssh-remote+host" the host is nobody's business; a browser's server has its address as its name. */
const kindOfRemote = (name: string): string => (/^[a-z-]+(?=\+|$)/.exec(name) ?? ['server'])[0];
