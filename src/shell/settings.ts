/** The settings as the code reads them: typed, checked, with what an unset one means. */
import { type Event, EventEmitter, workspace } from 'vscode';
import { type Disposable, DisposableStore } from '../base/lifecycle';
import type { EndWishes } from '../model/runEnds';
import { settingKeys } from './ids';

export class Settings implements Disposable {
  readonly #owned = new DisposableStore();
  readonly #didChangeAtOnce = this.#owned.own(new EventEmitter<number | undefined>());
  readonly onDidChangeAtOnce: Event<number | undefined> = this.#didChangeAtOnce.event;

  start(): void {
    this.#owned.own(
      workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration(settingKeys.atOnce)) this.#didChangeAtOnce.fire(this.atOnce);
      }),
    );
  }

  /** How many runs execute at once; undefined when the engine is to decide. */
  get atOnce(): number | undefined {
    const value: unknown = workspace.getConfiguration().get(settingKeys.atOnce);
    return typeof value === 'number' && Number.isInteger(value) && value >= 1 ? value : undefined;
  }

  get openPanelOnSubmit(): boolean {
    return workspace.getConfiguration().get(settingKeys.openPanelOnSubmit) !== false;
  }

  /** Of which ends of runs there is to be a message. */
  get endWishes(): EndWishes {
    const settings = workspace.getConfiguration();
    const seconds: unknown = settings.get(settingKeys.notifyAfter);
    return {
      failed: settings.get(settingKeys.notifyFailed) !== false,
      pinned: settings.get(settingKeys.notifyPinned) !== false,
      afterMs: typeof seconds === 'number' && seconds >= 0 ? seconds * 1000 : undefined,
    };
  }

  get tellsDigest(): boolean {
    return workspace.getConfiguration().get(settingKeys.notifyDigest) !== false;
  }

  dispose(): void {
    this.#owned.dispose();
  }
}
