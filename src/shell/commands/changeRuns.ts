/** Rename Run, Edit Tags, Edit Note, Move to Experiment, Pin and Unpin: what a person changes of runs that are there. */
import { l10n, type QuickPickItem, window } from 'vscode';
import { Failure } from '../../base/failure';
import type { Source } from '../../core/source';
import type { Run } from '../../model/run';
import { changeProblem, longestNote, mayMove, nameProblem, noteProblem, type RunChange } from '../../model/runChange';
import type { SourceRun } from '../activeRuns';
import type { RunTargets } from './runTargets';

const mayChange = ({ source }: SourceRun): boolean => source.capabilities.change;
const none = l10n.t('There is no run yet.');

export async function renameRun(targets: RunTargets, argument: unknown, selected: unknown): Promise<void> {
  const wanted = await targets.chosen(l10n.t('Rename Run'), argument, selected, {
    may: mayChange,
    none,
    several: false,
  });
  const [only] = wanted;
  if (!only) return;
  if (wanted.length > 1)
    throw new Failure('Conflict', l10n.t('Runs are renamed one at a time; {0} are selected.', wanted.length));
  const name = await window.showInputBox({
    title: l10n.t('Rename Run'),
    value: only.run.name,
    prompt: l10n.t('The new name of the run.'),
    validateInput: (text) => nameProblem('run', text),
  });
  if (name === undefined || name.trim() === only.run.name) return;
  await change(wanted, { name });
}

/** Those that all of the runs have are marked; what only some of them have stays with these, unless it is marked. */
export async function editTags(targets: RunTargets, argument: unknown, selected: unknown): Promise<void> {
  const wanted = await targets.chosen(l10n.t('Edit Tags'), argument, selected, { may: mayChange, none });
  if (wanted.length === 0) return;
  const title = l10n.t({
    message: 'Tags of {0}',
    args: [nameOf(wanted)],
    comment: '{0} is the name of a run in quotation marks, or "3 Runs"',
  });
  const common = commonTags(wanted);
  const known = await knownTags(wanted);
  const another: QuickPickItem = { label: `$(add) ${l10n.t('Another Tag…')}`, alwaysShow: true };
  const picks = known.map((label): QuickPickItem => {
    const isPartial = !common.has(label) && wanted.some(({ run }) => run.tags.includes(label));
    return { label, picked: common.has(label), ...(isPartial ? { description: l10n.t('some of them have it') } : {}) };
  });
  const chosen =
    known.length === 0
      ? [another]
      : await window.showQuickPick([...picks, another], {
          title,
          canPickMany: true,
          placeHolder: l10n.t('Which tags?'),
        });
  if (!chosen) return;
  const typed = chosen.includes(another) ? await askTags(title) : [];
  if (!typed) return;
  const labels = new Set(chosen.filter((pick) => pick !== another).map(({ label }) => label));
  const removeTags = [...common].filter((tag) => known.length > 0 && !labels.has(tag));
  const addTags = [...[...labels].filter((tag) => !common.has(tag)), ...typed];
  if (removeTags.length + addTags.length > 0) await change(wanted, { addTags, removeTags });
}

async function askTags(title: string): Promise<readonly string[] | undefined> {
  const parts = (text: string): string[] =>
    text
      .split(',')
      .map((tag) => tag.trim())
      .filter((tag) => tag !== '');
  const text = await window.showInputBox({
    title,
    prompt: l10n.t('New tags, with commas between them.'),
    validateInput: (typed) =>
      parts(typed).length === 0 ? nameProblem('tag', '') : changeProblem({ addTags: parts(typed) }),
  });
  return text === undefined ? undefined : parts(text);
}

function commonTags(runs: readonly SourceRun[]): ReadonlySet<string> {
  const [first, ...others] = runs;
  const isCommon = (tag: string): boolean => others.every(({ run }) => run.tags.includes(tag));
  return new Set(first?.run.tags.filter(isCommon));
}

/** Of these runs and of the recent ones around them. */
async function knownTags(runs: readonly SourceRun[]): Promise<readonly string[]> {
  const sources = new Set(runs.map(({ source }) => source));
  const pages = await Promise.all([...sources].map(async (source) => source.runs({ limit: 200 })));
  const around = pages.flatMap((page) => page.runs);
  const own = runs.flatMap(({ run }) => run.tags);
  return [...new Set([...own, ...around.flatMap(({ tags }) => tags)])].sort((a, b) => a.localeCompare(b));
}

/** An input box has one line. */
const lineBreak = '⏎';

export async function editNote(targets: RunTargets, argument: unknown, selected: unknown): Promise<void> {
  const wanted = await targets.chosen(l10n.t('Edit Note'), argument, selected, { may: mayChange, none });
  const [first] = wanted;
  if (!first) return;
  const notes = new Set(wanted.map(({ run }) => run.note ?? ''));
  const [before = ''] = notes;
  const text = await window.showInputBox({
    title: l10n.t({
      message: 'Note on {0}',
      args: [nameOf(wanted)],
      comment: '{0} is the name of a run in quotation marks, or "3 Runs"',
    }),
    // What was typed is not lost to a look elsewhere, and Escape ends it.
    ignoreFocusOut: true,
    // Of several notes none is proposed for all.
    value: notes.size === 1 ? before.replaceAll('\n', lineBreak) : '',
    prompt: l10n.t(
      'Up to {0} characters; {1} is a line break, and nothing takes the note away.',
      longestNote.toLocaleString('en'),
      lineBreak,
    ),
    validateInput: (typed) =>
      typed === '' && notes.size > 1
        ? { message: l10n.t('Takes the notes of all of them away.'), severity: 2 }
        : noteProblem(typed),
  });
  if (text === undefined) return;
  const note = text.replaceAll(lineBreak, '\n');
  if (notes.size > 1 || note !== before) await change(wanted, { note });
}

export async function moveRuns(targets: RunTargets, argument: unknown, selected: unknown): Promise<void> {
  const may = (target: SourceRun): boolean => mayChange(target) && mayMove(target.run);
  const wanted = await targets.chosen(l10n.t('Move Runs to Experiment'), argument, selected, { may, none });
  const movable = wanted.filter(may);
  if (movable.length === 0) {
    if (wanted.length === 0) return;
    throw new Failure('Conflict', l10n.t('A part of a run is moved with the whole only.'), {
      hint: l10n.t('Move the whole run.'),
    });
  }
  const experiment = await askExperiment(movable);
  if (experiment === undefined) return;
  await change(movable, { experiment });
  if (movable.length < wanted.length) {
    const count = wanted.length - movable.length;
    throw new Failure(
      'Conflict',
      l10n.t('{0} of {1} runs were not moved: they are parts of others.', count, wanted.length),
    );
  }
}

async function askExperiment(runs: readonly SourceRun[]): Promise<string | undefined> {
  const title = l10n.t({
    message: 'Move {0} to Experiment',
    args: [nameOf(runs)],
    comment: '{0} is the name of a run in quotation marks, or "3 Runs"',
  });
  const sources = new Set(runs.map(({ source }) => source));
  const lists = await Promise.all([...sources].map(async (source) => source.experiments()));
  const current = new Set(runs.map(({ run }) => run.experiment));
  const names = new Set(lists.flat().map(({ name }) => name));
  if (current.size === 1) for (const name of current) names.delete(name);
  const another: QuickPickItem = { label: `$(add) ${l10n.t('New Experiment…')}`, alwaysShow: true };
  const picks = [...names].map((label): QuickPickItem => ({ label }));
  const chosen =
    picks.length === 0
      ? another
      : await window.showQuickPick([...picks, another], { title, placeHolder: l10n.t('Which one?') });
  if (chosen !== another) return chosen?.label;
  return window.showInputBox({
    title,
    prompt: l10n.t('Name of the experiment; it is made when there is none.'),
    validateInput: (text) => nameProblem('experiment', text),
  });
}

export async function pinRuns(
  targets: RunTargets,
  pinned: boolean,
  argument: unknown,
  selected: unknown,
): Promise<void> {
  const title = pinned ? l10n.t('Pin Runs') : l10n.t('Unpin Runs');
  const may = (target: SourceRun): boolean => mayChange(target) && (target.run.pinned ?? false) !== pinned;
  const nothing = pinned ? l10n.t('There is no run that is not pinned.') : l10n.t('No recent run is pinned.');
  await change(await targets.chosen(title, argument, selected, { may, none: nothing }), { pinned });
}

/** Runs of one source at once. */
async function change(runs: readonly SourceRun[], what: RunChange): Promise<void> {
  const able = runs.filter(mayChange);
  for (const [source, ids] of bySource(able)) await source.change(ids, what);
  const [unable] = runs.filter((target) => !mayChange(target));
  if (unable) throw new Failure('Conflict', l10n.t('{0} cannot change runs.', unable.source.label));
}

export function bySource(runs: readonly SourceRun[]): ReadonlyMap<Source, readonly Run['id'][]> {
  const groups = new Map<Source, Run['id'][]>();
  for (const { source, run } of runs) {
    const ids = groups.get(source);
    if (ids) ids.push(run.id);
    else groups.set(source, [run.id]);
  }
  return groups;
}

/** As it stands in a title. */
function nameOf(runs: readonly SourceRun[]): string {
  const [only] = runs;
  return runs.length === 1 && only ? `"${only.run.name}"` : l10n.t('{0} Runs', runs.length);
}
