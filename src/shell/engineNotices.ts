/** What the engine wants a person to hear, as a warning: once in this window, and nowhere any more once it was closed. */
import { commands, l10n, Uri, window } from 'vscode';
import { type Disposable, DisposableStore } from '../base/lifecycle';
import type { Log } from '../base/log';
import type { Notice } from '../model/notice';
import type { EngineSource } from '../core/sources/engine/engineSource';

const showFile = l10n.t('Show File');

export class EngineNotices implements Disposable {
  readonly #owned = new DisposableStore();
  readonly #source: EngineSource;
  readonly #log: Log;
  readonly #shown = new Set<string>();

  constructor(source: EngineSource, log: Log) {
    this.#source = source;
    this.#log = log;
  }

  start(): void {
    this.#owned.own(
      this.#source.onDidChangeConnection(({ state }) => {
        if (state !== 'connected') return;
        for (const notice of this.#source.notices) this.#show(notice);
      }),
    );
  }

  #show(notice: Notice): void {
    if (this.#shown.has(notice.id)) return;
    this.#shown.add(notice.id);
    const { file } = notice;
    window
      .showWarningMessage(notice.message, ...(file === undefined ? [] : [showFile]))
      .then(async (chosen) => {
        await this.#source.acknowledge(notice);
        if (chosen === showFile && file !== undefined) await commands.executeCommand('vscode.open', Uri.file(file));
      })
      .then(undefined, (error: unknown) => this.#log.error('A notice of the engine could not be dealt with.', error));
  }

  dispose(): void {
    this.#owned.dispose();
  }
}
