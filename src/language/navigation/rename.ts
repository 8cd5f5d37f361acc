/**
 * Renames a task, a parameter or an input with all that refers to it in the file. A name that would mean something else
 * afterwards, here or in a text elsewhere, is refused.
 */
import type { Range, WorkspaceEdit } from 'vscode-languageserver-types';
import { Failure } from '../../base/failure';
import { parseTaskReference } from '../../model/references';
import { taskNameMaxLength } from '../../model/taskGraph';
import type { EditedDocument } from '../editedDocument';
import { NavigationIndex } from './navigationIndex';
import { rangeOf } from './references';
import type { NamedThing, Occurrence, RunPart } from './runParts';
import { withinQuotes } from './writtenText';

export interface RenamedName {
  readonly range: Range;
  readonly placeholder: string;
}

/** Undefined where nothing is named. Throws `InvalidInput` for a name that this file does not give. */
export function renamedAt(document: EditedDocument, offset: number): RenamedName | undefined {
  const occurrence = NavigationIndex.of(document).occurrenceAt(offset);
  if (!occurrence) return undefined;
  requireDeclared(occurrence.thing);
  return { range: rangeOf(document, occurrence), placeholder: occurrence.thing.name };
}

/** Throws `InvalidInput` when it cannot be called so. */
export function renameAt(document: EditedDocument, offset: number, newName: string): WorkspaceEdit | undefined {
  const index = NavigationIndex.of(document);
  const thing = index.occurrenceAt(offset)?.thing;
  if (!thing) return undefined;
  requireDeclared(thing);
  if (newName !== thing.name) {
    requireName(thing, newName);
    if (thing.kind === 'task') requireFreeTask(thing, newName, index);
    if (thing.kind === 'parameter') requireFreeParameter(thing, newName, index);
    if (thing.kind === 'input' && thing.home.inputs.has(newName)) throw taken('input', newName);
  }
  const newText = withinQuotes(newName);
  const edits = thing.occurrences.map((each) => ({ range: rangeOf(document, each), newText }));
  return { changes: { [document.uri]: edits } };
}

function requireDeclared({ kind, name, occurrences }: NamedThing): void {
  if (occurrences.some(({ isDeclaration }) => isDeclaration)) return;
  if (kind === 'task') {
    throw refusal(`${name} is what a member without a name is called.`, 'Give it a "name" first.');
  }
  throw refusal(`The ${kind} ${name} is not set in this file.`, 'It can be renamed only where it is.');
}

function requireName({ kind, occurrences }: NamedThing, name: string): void {
  if (!/\S/.test(name)) throw refusal('A name has at least one visible character.');
  if (kind === 'input' && !/^[A-Za-z_][A-Za-z0-9_.-]*$/.test(name)) {
    throw refusal(
      `${JSON.stringify(name)} is no name of an input.`,
      'It has letters, digits, "_", "." and "-", and begins with a letter or "_".',
    );
  }
  if (kind === 'task' && name.length > taskNameMaxLength) {
    throw refusal(`A name of a task has at most ${taskNameMaxLength} characters.`);
  }
  // Sweeps and references read it as a key within another.
  if (kind === 'parameter' && name.includes('.')) throw refusal('A name of a parameter has no point in it.');
  const isReferredTo = occurrences.some(({ isInText }) => isInText);
  if (isReferredTo && !canBeReferredTo(kind, name)) {
    throw refusal(`\${…} cannot refer to ${JSON.stringify(name)}, and there are such references.`);
  }
}

function canBeReferredTo(kind: NamedThing['kind'], name: string): boolean {
  if (/[{}]/.test(name)) return false;
  return kind !== 'task' || parseTaskReference(`tasks.${name}.best.parameters.x`)?.task === name;
}

/** Free among its siblings, and in all texts: of equal names the nearest is meant. */
function requireFreeTask(thing: NamedThing, newName: string, { things }: NavigationIndex): void {
  const { home, occurrences } = thing;
  if (home.tasks.has(newName)) throw taken('task', newName);
  const nearer = occurrences.find(({ from, isInText }) => {
    const meant = isInText ? from.findTask(newName) : undefined;
    return meant && meant.home !== home && meant.home.isWithin(home);
  });
  if (nearer) throw captured(nearer, newName, 'there is a nearer one of that name');
  const hidden = things
    .filter(({ kind, name }) => kind === 'task' && name === newName)
    .flatMap((other) => (home !== other.home && home.isWithin(other.home) ? other.occurrences : []))
    .find(({ from, isInText }) => isInText && from !== home && from.isWithin(home));
  if (hidden) throw captured(hidden, newName, 'it means one further out now');
}

/** Not set by any part that has this one too: they would be one. */
function requireFreeParameter(thing: NamedThing, newName: string, { things }: NavigationIndex): void {
  const path = thing.path.slice(0, thing.path.length - thing.name.length) + newName;
  const other =
    thing.home.findParameter(path) ??
    things.find((each) => each.kind === 'parameter' && each.path === path && each.home.isWithin(thing.home));
  if (other && other.occurrences.some(({ isDeclaration }) => isDeclaration)) throw taken('parameter', newName);
}

const taken = (kind: NamedThing['kind'], name: string): Failure =>
  refusal(`There is ${kind === 'input' ? 'an' : 'a'} ${kind} ${name} already.`, 'Write another name.');

function captured({ from }: Occurrence, name: string, why: string): Failure {
  return refusal(`${nameOf(from)} refers to a task that would be called ${name}, and ${why}.`, 'Write another name.');
}

const nameOf = ({ name }: RunPart): string => (name === undefined ? 'The run' : `The task ${name}`);

const refusal = (message: string, hint?: string): Failure =>
  new Failure('InvalidInput', message, hint === undefined ? {} : { hint });
