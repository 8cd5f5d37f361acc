/** Find in Output: a list of the lines of the whole output in which a text stands, as they are found; one goes to its place. */
import {
  l10n,
  type QuickInputButton,
  QuickInputButtonLocation,
  type QuickPick,
  type QuickPickItem,
  Range,
  ThemeIcon,
  type Uri,
  window,
} from 'vscode';
import { Failure } from '../../base/failure';
import { type Clock, Coalescer } from '../../base/clock';
import { DisposableStore } from '../../base/lifecycle';
import { findOutput } from '../../core/output/findOutput';
import type { FoundLine } from '../../model/outputSearch';
import type { FollowedLog } from '../log/followedLog';
import { runNameOf } from '../log/logAddress';
import type { LogDocuments } from '../log/logDocuments';
import { addressOf } from './outputPlaces';

interface LinePick extends QuickPickItem {
  readonly found: FoundLine;
  readonly edition: number;
}

/** More lines are for nobody to read; who looks for less finds less. */
const mostLines = 1000;
const typingMs = 200;

/** `text`: looked for at once. Resolves when a place was gone to, or none was chosen. */
export async function findInOutput(logs: LogDocuments, clock: Clock, argument: unknown, text?: unknown): Promise<void> {
  const { uri, log } = logs.get(addressOf(argument));
  const list = new FoundLines(uri, log, clock, typeof text === 'string' ? text : selectedText(uri));
  try {
    const chosen = await list.chosen;
    if (chosen) await goTo(logs, uri, chosen);
  } finally {
    list.dispose();
  }
}

function selectedText(uri: Uri): string {
  const editor = window.activeTextEditor;
  if (editor?.document.uri.toString() !== uri.toString() || !editor.selection.isSingleLine) return '';
  return editor.document.getText(editor.selection).slice(0, 200);
}

async function goTo(logs: LogDocuments, uri: Uri, { found, edition }: LinePick): Promise<void> {
  await logs.move(uri, { position: found.position, edition });
  const editor = window.visibleTextEditors.find(({ document }) => document.uri.toString() === uri.toString());
  if (!editor) return;
  const { line } = editor.selection.active;
  const words = found.text.slice(found.column, found.column + found.length);
  // A long line is several in the document.
  for (let at = line; at < Math.min(line + 3, editor.document.lineCount); at += 1) {
    const column = editor.document.lineAt(at).text.indexOf(words);
    if (column < 0) continue;
    const range = new Range(at, column, at, column + words.length);
    logs.goTo(editor, range, 'center');
    return;
  }
}

class FoundLines {
  readonly #owned = new DisposableStore();
  readonly #log: FollowedLog;
  readonly #pick: QuickPick<LinePick | QuickPickItem> = this.#owned.own(window.createQuickPick());
  readonly #typed: Coalescer;
  readonly chosen: Promise<LinePick | undefined>;
  /** With what is a bug. */
  #fail: (error: unknown) => void = () => undefined;
  #search: AbortController | undefined;
  #isRegex = false;
  #matchCase = false;

  constructor(uri: Uri, log: FollowedLog, clock: Clock, text: string) {
    this.#log = log;
    const pick = this.#pick;
    pick.title = l10n.t('Find in Whole Output of {0}', runNameOf(uri));
    pick.placeholder = l10n.t('Text to find in all that was written');
    pick.keepScrollPosition = true;
    pick.value = text;
    this.#typed = this.#owned.own(new Coalescer(clock, typingMs, () => this.#findNow()));
    this.chosen = new Promise((resolve, reject) => {
      this.#fail = reject;
      this.#owned.own(pick.onDidHide(() => resolve(undefined)));
      this.#owned.own(
        pick.onDidAccept(() => {
          const [item] = pick.selectedItems;
          if (item && 'found' in item) resolve(item);
        }),
      );
    });
    this.#owned.own(pick.onDidChangeValue(() => this.#typed.trigger()));
    this.#owned.own(pick.onDidTriggerButton((button) => this.#toggle(button)));
    this.#showOptions();
    pick.show();
    if (text !== '') this.#findNow();
  }

  #toggle(button: QuickInputButton): void {
    if (button.tooltip === caseTip) this.#matchCase = !this.#matchCase;
    else this.#isRegex = !this.#isRegex;
    this.#showOptions();
    this.#findNow();
  }

  #findNow(): void {
    this.#find().catch(this.#fail);
  }

  #showOptions(): void {
    const location = QuickInputButtonLocation.Input;
    this.#pick.buttons = [
      { iconPath: new ThemeIcon('case-sensitive'), tooltip: caseTip, location, toggle: { checked: this.#matchCase } },
      { iconPath: new ThemeIcon('regex'), tooltip: regexTip, location, toggle: { checked: this.#isRegex } },
    ];
  }

  async #find(): Promise<void> {
    this.#search?.abort();
    const text = this.#pick.value;
    this.#pick.items = [];
    this.#pick.busy = false;
    if (text === '') return;
    const search = new AbortController();
    this.#search = search;
    this.#pick.busy = true;
    const { source, address } = this.#log;
    const { runId, attempt, stream } = address;
    const pattern = { text: text.slice(0, 1000), isRegex: this.#isRegex, matchCase: this.#matchCase };
    let found: LinePick[] = [];
    try {
      for await (const part of findOutput(source, { runId, attempt, stream }, pattern, { signal: search.signal })) {
        if (search.signal.aborted) return;
        if (part.beginsAnew) found = [];
        found.push(...part.lines.map((line) => linePick(line, part.edition)));
        const isEnough = found.length >= mostLines;
        const isNew = part.lines.length > 0 || part.beginsAnew;
        const progress =
          part.fraction < 1 && !isEnough ? l10n.t('Looked through {0} %', Math.floor(part.fraction * 100)) : undefined;
        this.#show(
          isNew ? found : undefined,
          isEnough ? l10n.t('The first {0} lines are shown.', mostLines.toLocaleString('en')) : progress,
        );
        if (isEnough) break;
      }
      if (found.length === 0) this.#show([], l10n.t('Nothing was found.'));
      else if (found.length < mostLines) this.#show(undefined, undefined);
    } catch (error) {
      if (search.signal.aborted) return;
      if (!(error instanceof Failure)) throw error;
      this.#show([], error.message, error.hint);
    } finally {
      if (this.#search === search) this.#pick.busy = false;
    }
  }

  #show(found: readonly LinePick[] | undefined, words: string | undefined, hint?: string): void {
    const pick = this.#pick;
    const lines = found ?? pick.items.filter((item) => 'found' in item);
    const note: QuickPickItem[] =
      words === undefined
        ? []
        : [
            {
              label: words,
              alwaysShow: true,
              iconPath: new ThemeIcon('info'),
              ...(hint === undefined ? {} : { detail: hint }),
            },
          ];
    const active = pick.activeItems[0];
    pick.items = [...lines, ...note];
    if (active && 'found' in active && lines.includes(active)) pick.activeItems = [active];
  }

  dispose(): void {
    this.#search?.abort();
    this.#owned.dispose();
  }
}

const caseTip = l10n.t('Match case');
const regexTip = l10n.t('Regular expression');

const linePick = (found: FoundLine, edition: number): LinePick => ({
  label: found.text.trim() === '' ? ' ' : found.text.replaceAll('$(', '$\u200b('),
  description: l10n.t('line {0}', found.line.toLocaleString('en')),
  alwaysShow: true,
  found,
  edition,
});
