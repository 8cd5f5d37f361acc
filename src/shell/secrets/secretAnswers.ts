/**
 * Answers sources that ask for secrets which their runs lack: with what this window holds, and else with a notice that leads
 * to where one is set. A source gets only what it has asked for.
 */
import { commands, l10n, window, workspace } from 'vscode';
import { type Disposable, DisposableStore } from '../../base/lifecycle';
import { knownSecrets } from '../../core/secrets/knownSecrets';
import type { LackingSecret, Source } from '../../core/source';
import type { FailureToast } from '../failureToast';
import { commandIds } from '../ids';
import type { StoredSecrets } from './storedSecrets';

export class SecretAnswers implements Disposable {
  readonly #owned = new DisposableStore();
  readonly #sources: readonly Source[];
  readonly #stored: StoredSecrets;
  readonly #failures: FailureToast;
  /** What each source has asked for last. */
  readonly #lacking = new Map<Source, readonly LackingSecret[]>();
  /** Asked for with a notice, and still lacking. */
  #noticed = new Set<string>();

  constructor(sources: readonly Source[], stored: StoredSecrets, failures: FailureToast) {
    this.#sources = sources;
    this.#stored = stored;
    this.#failures = failures;
  }

  start(): void {
    for (const source of this.#sources) {
      this.#owned.own(
        source.onDidLackSecrets((lacking) => {
          this.#lacking.set(source, lacking);
          this.#answer();
        }),
      );
    }
    this.#owned.own(this.#stored.onDidChange(() => this.#answer()));
    this.#owned.own(workspace.onDidGrantWorkspaceTrust(() => this.#answer()));
  }

  /** The names of all that runs lack. */
  get lackingNames(): readonly string[] {
    return [...new Set([...this.#lacking.values()].flat().map(({ name }) => name))];
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #answer(): void {
    // A workspace that is not trusted may look at runs and have none started.
    if (!workspace.isTrusted) return;
    void this.#failures.guard('give runs the secrets that they wait for', async () => {
      for (const [source, lacking] of this.#lacking) await this.#answerOne(source, lacking);
    });
  }

  async #answerOne(source: Source, lacking: readonly LackingSecret[]): Promise<void> {
    const names = lacking.map(({ name }) => name);
    const known = await knownSecrets(names, this.#stored.find);
    for (const { name, runs } of lacking) {
      const value = known.get(name);
      if (value !== undefined) await source.giveSecrets(runs, new Map([[name, value]]));
      else this.#notice(name, runs.length);
    }
    this.#noticed = new Set([...this.#noticed].filter((name) => this.lackingNames.includes(name)));
  }

  #notice(name: string, runs: number): void {
    if (this.#noticed.has(name)) return;
    this.#noticed.add(name);
    const message =
      runs === 1
        ? l10n.t('A run waits for the secret {0}.', name)
        : l10n.t('{0} runs wait for the secret {1}.', runs, name);
    void window.showInformationMessage(message, l10n.t('Set Secret')).then((chosen) => {
      if (chosen) void commands.executeCommand(commandIds.setSecret, name);
    });
  }
}
