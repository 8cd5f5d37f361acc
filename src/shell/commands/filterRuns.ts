/**
 * Filter Runs: one line, with what can be written next below it. The tree shows at once what the line leaves; Enter keeps it, Escape
 * brings back what was there before. VS Code's own find of the view (Ctrl+F) finds among the rows that are there.
 */
import { l10n, type QuickPick, type QuickPickItem, window } from 'vscode';
import type { Clock } from '../../base/clock';
import { DisposableStore } from '../../base/lifecycle';
import type { Log } from '../../base/log';
import { Failure, messageOf } from '../../base/failure';
import { filterCompletions, type KnownWords } from '../../core/filter/filterCompletions';
import type { Source } from '../../core/source';
import { parseFilter } from '../../model/runFilterText';
import type { TreeLook } from '../tree/treeLook';

export interface FilterParts {
  readonly look: TreeLook;
  readonly sources: readonly Source[];
  readonly clock: Clock;
  readonly log: Log;
}

/** Chosen, it keeps the filter or adds to it. */
interface FilterItem extends QuickPickItem {
  /** What the line becomes; without it the line is kept as it is. */
  readonly text?: string;
}

/** While somebody types, the tree follows at most so often. */
const tryMs = 150;

/** `given`: a filter from another surface or a keybinding; then nothing is asked. */
export async function filterRuns(parts: FilterParts, given: unknown): Promise<void> {
  const { look } = parts;
  if (typeof given === 'string') return look.change({ filterText: given });
  const text = await new Promise<string | undefined>((resolve) => {
    const owned = new DisposableStore();
    const pick = owned.own(window.createQuickPick<FilterItem>());
    pick.title = l10n.t('Filter Runs');
    pick.placeholder = 'status:failed tag:baseline lr>0.1 text';
    pick.value = look.filterText;
    pick.ignoreFocusOut = true;
    pick.matchOnDescription = false;
    const typing = owned.own(new FilterTyping(parts, pick));
    owned.own(pick.onDidChangeValue(() => typing.follow()));
    owned.own(
      pick.onDidAccept(() => {
        const [item] = pick.activeItems;
        if (item?.text !== undefined) return typing.write(item.text);
        // A line that is no filter says so, and stays.
        if (typing.problem === undefined) close(pick.value);
      }),
    );
    owned.own(pick.onDidHide(() => close(undefined)));
    const close = (answer: string | undefined): void => {
      resolve(answer);
      owned.dispose();
    };
    typing.start();
    pick.show();
  });
  look.try(undefined);
  if (text !== undefined) await look.change({ filterText: text });
}

/** The list below the line, and the tree beside it, follow what is typed. */
class FilterTyping {
  readonly #parts: FilterParts;
  readonly #pick: QuickPick<FilterItem>;
  #words: KnownWords = { tags: [], folders: [], parameters: [], experiments: [] };
  #waiting: { dispose(): void } | undefined;
  problem: string | undefined;

  constructor(parts: FilterParts, pick: QuickPick<FilterItem>) {
    this.#parts = parts;
    this.#pick = pick;
  }

  start(): void {
    this.#show();
    this.#read().catch((error: unknown) => {
      // A filter can be written all the same.
      if (error instanceof Failure) this.#parts.log.warn(`Nothing to complete a filter with: ${messageOf(error)}`);
      else this.#parts.log.error('Nothing to complete a filter with.', error);
    });
  }

  follow(): void {
    this.#show();
    this.#waiting?.dispose();
    this.#waiting = this.#parts.clock.after(tryMs, () => this.#parts.look.try(this.#pick.value));
  }

  /** The line becomes this, and is gone on with. */
  write(text: string): void {
    this.#pick.value = text;
    this.follow();
  }

  async #read(): Promise<void> {
    const { sources } = this.#parts;
    const all = await Promise.all(
      sources.map(async (source) => ({
        ...(await source.filterWords()),
        experiments: (await source.experiments()).map(({ name }) => name),
      })),
    );
    this.#words = {
      tags: all.flatMap(({ tags }) => tags),
      folders: all.flatMap(({ folders }) => folders),
      parameters: all.flatMap(({ parameters }) => parameters),
      experiments: all.flatMap(({ experiments }) => experiments),
    };
    this.#show(false);
  }

  #show(isTyped = true): void {
    const text = this.#pick.value;
    const parsed = parseFilter(text, this.#parts.clock.nowMs());
    this.problem = 'problem' in parsed ? parsed.problem.message : undefined;
    const first: FilterItem = {
      label:
        this.problem === undefined
          ? text.trim() === ''
            ? `$(list-flat) ${l10n.t('All runs')}`
            : `$(filter) ${text}`
          : `$(warning) ${l10n.t('Not a filter yet')}`,
      description: this.problem ?? l10n.t('Enter keeps it'),
      alwaysShow: true,
    };
    const items = filterCompletions(text, this.#words).map(({ text: whole, label, detail }): FilterItem => ({
      label,
      description: detail,
      text: whole,
      alwaysShow: true,
    }));
    // Words that come later may add nothing here; and the user may be on the way to a row, which VS Code has not told yet.
    if (!isTyped && isSameList([first, ...items], this.#pick.items)) return;
    // Or may have gone to one before.
    const active = isTyped ? undefined : this.#pick.activeItems[0]?.text;
    this.#pick.items = [first, ...items];
    this.#pick.activeItems = [items.find((item) => active !== undefined && item.text === active) ?? first];
  }

  dispose(): void {
    this.#waiting?.dispose();
  }
}

const isSameList = (a: readonly FilterItem[], b: readonly FilterItem[]): boolean =>
  a.length === b.length &&
  a.every(({ label, description }, at) => label === b[at]?.label && description === b[at].description);
