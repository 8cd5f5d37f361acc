/**
 * The one place of the editor that turns what was thrown into words on the screen: a `Failure` becomes a toast with its
 * hint and, where it has a place, a way there; anything else is a bug, logged whole. No failed click stays silent.
 */
import { commands, l10n, Uri, window } from 'vscode';
import { Failure, type FailureCode, type FilePlace } from '../base/failure';
import type { ChannelLog } from './log';
import { MissingExtension } from './missingExtension';
import { openPlace } from './openPlace';

/** How loud a failure is: what a user can mend at once is a warning. */
const loudness: Record<FailureCode, 'error' | 'warning' | 'silent'> = {
  InvalidInput: 'error',
  NotFound: 'warning',
  Conflict: 'warning',
  Unauthorized: 'error',
  Unavailable: 'error',
  Incompatible: 'error',
  TooLarge: 'error',
  Cancelled: 'silent',
  Untrusted: 'warning',
  Storage: 'error',
};

export class FailureToast {
  readonly #log: ChannelLog;

  constructor(log: ChannelLog) {
    this.#log = log;
  }

  /** Runs `work` for a click or a key; what it throws is shown, and never thrown on. */
  async guard<T>(doing: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.show(doing, error);
      return undefined;
    }
  }

  /** `doing` completes the sentence "Sidelab could not …", in English: for the log. */
  show(doing: string, thrown: unknown): void {
    if (thrown instanceof Failure) this.#showFailure(doing, thrown);
    else this.#showBug(doing, thrown);
  }

  #showFailure(doing: string, failure: Failure): void {
    if (loudness[failure.code] === 'silent') return;
    this.#log.warn(`Could not ${doing}: ${failure.message}`, { code: failure.code, ...failure.place });
    const place = failure.place;
    const text = `${place ? `${shortPlace(place)}: ` : ''}${failure.message}${failure.hint ? ` ${failure.hint}` : ''}`;
    const remedy = remedyFor(failure);
    const show = loudness[failure.code] === 'warning' ? window.showWarningMessage : window.showErrorMessage;
    void show(text, ...(remedy ? [remedy.title] : [])).then((chosen) => {
      if (chosen && remedy) void this.guard(remedy.doing, remedy.run);
    });
  }

  #showBug(doing: string, thrown: unknown): void {
    this.#log.error(`A bug: could not ${doing}.`, thrown);
    void window
      .showErrorMessage(bugMessage(doing), l10n.t('Show Details'))
      .then((chosen) => chosen && this.#log.show());
  }
}

/** The one place where a part of a sentence is a message of its own: each `doing` is listed for translators with the sentence beside it. */
const bugMessage = (doing: string): string =>
  l10n.t({
    message: 'Sidelab ran into a bug and could not {0}.',
    args: [l10n.t({ message: doing, comment: 'completes "Sidelab ran into a bug and could not {0}."' })],
    comment: '{0} is such as "open the file", a message of its own',
  });

interface Remedy {
  readonly title: string;
  readonly doing: string;
  readonly run: () => Promise<unknown>;
}

/** The one click that leads to where the failure is mended, where that is clear. */
function remedyFor(failure: Failure): Remedy | undefined {
  const { code, place } = failure;
  if (failure instanceof MissingExtension) {
    const query = `@id:${failure.extensionId}`;
    const run = async (): Promise<unknown> => commands.executeCommand('workbench.extensions.search', query);
    return { title: l10n.t('Show Extension'), doing: 'show the extension', run };
  }
  if (place)
    return {
      title: l10n.t('Open File'),
      doing: 'open the file',
      run: async () => openPlace(Uri.file(place.file), place),
    };
  if (code !== 'Untrusted') return undefined;
  const run = async (): Promise<unknown> => commands.executeCommand('workbench.trust.manage');
  return { title: l10n.t('Manage Trust'), doing: 'show the workspace’s trust', run };
}

function shortPlace(place: FilePlace): string {
  const name = place.file.split(/[\\/]/).at(-1) ?? place.file;
  return `${name}:${place.line}:${place.column}`;
}
