/** What a person changes of a run that is there: what it is called and how it is filed, never what it executed. */
import { type Static, Type } from '@sinclair/typebox';
import { isSettled } from './runStatus';
import type { Run } from './run';

export const longestName = 200;
export const longestNote = 10_000;
export const mostTags = 1000;

const Tags = Type.Array(Type.String(), { maxItems: mostTags });

/** What is absent stays as it is. */
export const RunChangeSchema = Type.Object({
  name: Type.Optional(Type.String()),
  /** All of them from now on; `addTags` and `removeTags` come after it. */
  tags: Type.Optional(Tags),
  addTags: Type.Optional(Tags),
  removeTags: Type.Optional(Tags),
  /** Free text; an empty one takes the note away. */
  note: Type.Optional(Type.String()),
  /** The name of the experiment that it is moved to, with all that it is made of; made when there is none. */
  experiment: Type.Optional(Type.String()),
  pinned: Type.Optional(Type.Boolean()),
});
export type RunChange = Static<typeof RunChangeSchema>;

/** Undefined for a name that a run, an experiment or a tag can have: what is wrong with it otherwise, in a sentence. */
export function nameProblem(what: 'run' | 'experiment' | 'tag', text: string): string | undefined {
  const article = what === 'experiment' ? 'an' : 'a';
  if (text.trim() === '') return `The name of ${article} ${what} cannot be empty.`;
  if (text.length > longestName) {
    return `The name of ${article} ${what} has ${longestName} characters at most; this one has ${count(text)}.`;
  }
  if (hasControls(text)) return `The name of ${article} ${what} has no line breaks and no control characters.`;
  return undefined;
}

export const noteProblem = (text: string): string | undefined =>
  text.length > longestNote
    ? `A note has ${longestNote.toLocaleString('en')} characters at most; this one has ${count(text)}.`
    : undefined;

const count = (text: string): string => text.length.toLocaleString('en');

// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const hasControls = (text: string): boolean => /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(text);

/** The first thing that is wrong with a change, whichever runs it is for. */
export function changeProblem({ name, experiment, note, tags = [], addTags = [] }: RunChange): string | undefined {
  return (
    (name === undefined ? undefined : nameProblem('run', name)) ??
    (experiment === undefined ? undefined : nameProblem('experiment', experiment)) ??
    (note === undefined ? undefined : noteProblem(note)) ??
    [...tags, ...addTags].map((tag) => nameProblem('tag', tag)).find((problem) => problem !== undefined)
  );
}

/** The tags after a change, each once and without blanks around it. */
export function changedTags(before: readonly string[], { tags, addTags = [], removeTags = [] }: RunChange): string[] {
  const removed = new Set(removeTags.map((tag) => tag.trim()));
  const wanted = [...(tags ?? before).filter((tag) => !removed.has(tag)), ...addTags];
  return [...new Set(wanted.map((tag) => tag.trim()))];
}

/** A part of a run is filed with the whole. */
export const mayMove = (run: Run): boolean => run.parentId === undefined;

/** A part goes with the whole, and what is under way must be ended first. */
export const mayDelete = (run: Run): boolean => run.parentId === undefined && isSettled(run.status);

/** So long what was deleted can be brought back. */
export const undeleteMs = 60 * 60 * 1000;
