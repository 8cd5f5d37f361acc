/**
 * A run file for an algorithm, by the schema of its parameters: what is required and what has a default or an example is
 * there with its value, the rest as a comment to switch on.
 */
import type { Algorithm } from '../../model/algorithm';
import { resolveSchema } from '../algorithms/parameterSchema';
import { Entries, type Entry, fileNameOf, type NewRunFile, writeRunFile } from './writeRunFile';

type JsonObject = Readonly<Record<string, unknown>>;

export function runFileOfAlgorithm({ name, version, description, parameters }: Algorithm): NewRunFile {
  const entries = parameterEntries(parameters, parameters, 0);
  const text = writeRunFile([
    { key: 'algorithm', value: name, comment: description },
    { key: 'version', value: version, comment: 'Without it the highest version counts.' },
    ...(entries.length === 0 ? [] : [{ key: 'parameters', value: new Entries(entries) }]),
  ]);
  return { text, name: fileNameOf(name) };
}

/** Schemas may contain themselves. */
const deepest = 8;

function parameterEntries(root: JsonObject, schema: JsonObject, depth: number): Entry[] {
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  const required: readonly unknown[] = Array.isArray(schema['required']) ? schema['required'] : [];
  return Object.entries(properties).flatMap(([key, given]): Entry[] => {
    const resolved = resolveSchema(root, given);
    if (key === '__proto__' || !isObject(resolved)) return [];
    // What is said beside a reference counts more than what it leads to.
    const property: JsonObject = isObject(given) ? { ...resolved, ...given } : resolved;
    return [entryOf(root, key, property, required.includes(key), depth)];
  });
}

function entryOf(root: JsonObject, key: string, property: JsonObject, isRequired: boolean, depth: number): Entry {
  const known = knownValue(property);
  const inner = depth < deepest && isObject(property['properties']) ? parameterEntries(root, property, depth + 1) : [];
  const isNeeded = isRequired && !known;
  const comment = commentOf(property, isNeeded && inner.length === 0);
  if (inner.length > 0 && (!known || isEmptyObject(known.value))) {
    const isOn = isRequired || known !== undefined || inner.some(({ isOff = false }) => !isOff);
    return { key, value: new Entries(inner), comment, isOff: !isOn };
  }
  return { key, value: known ? known.value : placeholder(property), comment, isOff: !known && !isRequired };
}

function knownValue(property: JsonObject): { readonly value: unknown } | undefined {
  for (const key of ['default', 'const']) if (Object.hasOwn(property, key)) return { value: property[key] };
  const examples = property['examples'];
  return Array.isArray(examples) && examples.length > 0 ? { value: examples[0] as unknown } : undefined;
}

/** Something of the right type, for its reader to replace. */
function placeholder(property: JsonObject): unknown {
  const choices = property['enum'];
  if (Array.isArray(choices) && choices.length > 0) return choices[0] as unknown;
  switch (typesOf(property)[0]) {
    case 'integer':
    case 'number':
      return placeholderNumber(property);
    case 'boolean':
      return false;
    case 'array':
      return [];
    case 'object':
      return {};
    case 'null':
      return null;
    default:
      return '';
  }
}

function placeholderNumber({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: JsonObject): number {
  if (typeof minimum === 'number' && minimum > 0) return minimum;
  if (typeof exclusiveMinimum === 'number' && exclusiveMinimum >= 0) {
    const most =
      typeof maximum === 'number' ? maximum : typeof exclusiveMaximum === 'number' ? exclusiveMaximum : Infinity;
    return exclusiveMinimum + 1 < most ? exclusiveMinimum + 1 : (exclusiveMinimum + most) / 2;
  }
  if (typeof maximum === 'number' && maximum < 0) return maximum;
  return 0;
}

/** "Step size. More than 0; required." */
function commentOf(property: JsonObject, isNeeded: boolean): string {
  const said = property['description'] ?? property['title'];
  const facts = [isNeeded ? 'required' : '', choicesOf(property), rangeOf(property)].filter((fact) => fact !== '');
  const description = typeof said === 'string' ? said.trim() : '';
  if (facts.length === 0) return description;
  if (description === '') return facts.join('; ');
  return `${description.replace(/[.\s]+$/, '')}; ${facts.join('; ')}`;
}

function choicesOf(property: JsonObject): string {
  const choices = property['enum'];
  if (!Array.isArray(choices) || choices.length < 2) return '';
  const shown = choices.slice(0, 12).map((choice) => JSON.stringify(choice));
  return `one of ${shown.join(', ')}${choices.length > shown.length ? ', …' : ''}`;
}

function rangeOf({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: JsonObject): string {
  const from =
    typeof minimum === 'number'
      ? `from ${minimum}`
      : typeof exclusiveMinimum === 'number'
        ? `above ${exclusiveMinimum}`
        : '';
  const to =
    typeof maximum === 'number'
      ? `to ${maximum}`
      : typeof exclusiveMaximum === 'number'
        ? `below ${exclusiveMaximum}`
        : '';
  return [from, to].filter((part) => part !== '').join(' ');
}

const typesOf = ({ type }: JsonObject): readonly unknown[] => (Array.isArray(type) ? type : [type]);

const isEmptyObject = (value: unknown): boolean => isObject(value) && Object.keys(value).length === 0;

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
