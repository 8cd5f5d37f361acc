/** *Diff Runs* in VS Code's editor of many differences: each part of the comparison is a pair of read-only texts. */
import { commands, l10n, type TextDocumentContentProvider, type Uri, workspace } from 'vscode';
import { describeFailure, Failure } from '../../base/failure';
import { type Disposable, DisposableStore } from '../../base/lifecycle';
import { type ComparedText, type Comparison, partTitles, summarize } from '../../core/compare/comparison';
import type { Source } from '../../core/source';
import { describeStatus } from '../../model/describeRun';
import { type RunId, shortId } from '../../model/ids';
import type { Run } from '../../model/run';
import { comparisonScheme } from '../ids';
import { gitEnvironment } from './gitAllowed';
import { runIdIn, runsUri, textIn } from './runAddress';

/** A comparison has the texts of all files that differ: the oldest make room. */
const mostKept = 10;

interface Compared {
  readonly comparison: Comparison;
  readonly texts: readonly ComparedText[];
}

export class ComparisonDocuments implements TextDocumentContentProvider, Disposable {
  readonly #owned = new DisposableStore();
  readonly #sources: readonly Source[];
  readonly #kept = new Map<string, Promise<Compared>>();

  constructor(sources: readonly Source[]) {
    this.#sources = sources;
  }

  start(): void {
    this.#owned.own(workspace.registerTextDocumentContentProvider(comparisonScheme, this));
  }

  /** Resolves with the comparison, once it is shown. Throws what `compareRuns` throws. */
  async show(source: Source, before: Run, now: Run): Promise<Comparison> {
    // What was kept may be of runs that have gone on since.
    const key = keyOf(source.id, before.id, now.id);
    this.#kept.delete(key);
    const { comparison, texts } = await this.#compare(source, before.id, now.id);
    const resources = texts.map(({ name }, at) => {
      const side = (which: 'before' | 'now'): Uri =>
        runsUri(comparisonScheme, `/${name}`, {
          source: source.id,
          before: before.id,
          now: now.id,
          at: String(at),
          side: which,
        });
      const { before: left, now: right } = texts[at] ?? {};
      return [
        side('now'),
        left === undefined ? undefined : side('before'),
        right === undefined ? undefined : side('now'),
      ];
    });
    await commands.executeCommand('vscode.changes', `${before.name} ↔ ${now.name}`, resources);
    return comparison;
  }

  async provideTextDocumentContent(uri: Uri): Promise<string> {
    const source = this.#sources.find(({ id }) => id === textIn(uri, 'source'));
    const [before, now] = [runIdIn(uri, 'before'), runIdIn(uri, 'now')];
    if (!source || before === undefined || now === undefined)
      return `${l10n.t('This is not the address of a comparison.')}\n`;
    try {
      const { texts } = await this.#compare(source, before, now);
      const text = texts[Number(textIn(uri, 'at'))];
      return (textIn(uri, 'side') === 'before' ? text?.before : text?.now) ?? '';
    } catch (error) {
      if (error instanceof Failure) return `${describeFailure(error.toData())}\n`;
      throw error;
    }
  }

  async #compare(source: Source, before: RunId, now: RunId): Promise<Compared> {
    const key = keyOf(source.id, before, now);
    const kept = this.#kept.get(key);
    if (kept) return kept;
    const made = makeComparison(source, before, now);
    this.#kept.set(key, made);
    for (const oldest of this.#kept.keys()) if (this.#kept.size > mostKept) this.#kept.delete(oldest);
    // What has failed is asked again.
    made.catch(() => this.#kept.delete(key));
    return made;
  }

  dispose(): void {
    this.#kept.clear();
    this.#owned.dispose();
  }
}

const keyOf = (...parts: readonly string[]): string => parts.join(' ');

async function makeComparison(source: Source, before: RunId, now: RunId): Promise<Compared> {
  const { compareRuns } = await import('../../core/compare/compareRuns');
  const comparison = await compareRuns(source, { before, now }, { environment: gitEnvironment(), withFiles: true });
  return { comparison, texts: textsOf(comparison) };
}

/** What is said of both first, then the texts that differ: folders keep files of the code apart from parts. */
function textsOf(comparison: Comparison): readonly ComparedText[] {
  const { before, now, parts } = comparison;
  const texts = parts.flatMap((part) =>
    part.texts.map((text) => (part.name === 'code' ? { ...text, name: `code/${text.name}` } : text)),
  );
  const said = sayBoth(comparison);
  return [{ name: 'summary.txt', before: `${saySelf(before)}${said}`, now: `${saySelf(now)}${said}` }, ...texts];
}

const saySelf = (run: Run): string =>
  `${run.experiment} / ${run.name} (${shortId(run.id)})\n${describeStatus(run, run.statusAtMs)}\n`;

function sayBoth(comparison: Comparison): string {
  const lines = summarize(comparison).split(/(?<=\.) /);
  for (const { name, changes, note, state } of comparison.parts) {
    if (state === 'equal') continue;
    lines.push('', `${partTitles[name]}:`, ...changes.map((change) => `  ${change}`));
    if (note !== undefined) lines.push(`  ${note}`);
  }
  return `${lines.join('\n')}\n`;
}
