/** What would mend a value that a schema refuses, by what the JSON service says of it. Nothing, where that is not clear. */
import type { Node } from 'jsonc-parser';
import { properties } from '../jsonTree';
import type { KeyPath } from '../runFileProblem';
import type { Mend } from './mend';
import { nearest } from './nearest';
import { placeholder, propertyNames, schemaAt } from './schemaParts';

export interface Refused {
  /** In the JSON service's words. */
  readonly message: string;
  /** At the place of the problem: a value, or the name of a property. */
  readonly node: Node;
  readonly keyPath: KeyPath;
  readonly schema: unknown;
}

export function schemaMends({ message, node, keyPath, schema }: Refused): readonly Mend[] {
  const isName = node.parent?.type === 'property' && node.parent.children?.[0] === node;
  const unknown = /^Property ([^]*) is not allowed\.$/.exec(message)?.[1];
  if (unknown !== undefined && isName) return unknownKey(unknown, node, keyPath, schema);
  const missing = /^Missing property "([^]*)"\.$/.exec(message)?.[1];
  if (missing !== undefined) {
    const value = placeholder(schemaAt(schema, [...keyPath, missing]), schema);
    return [{ kind: 'add', key: missing, value }];
  }
  if (message === 'Duplicate object key' && isName) return [{ kind: 'remove' }];
  if (isName) return [];
  const accepted = /^Value is not accepted\. Valid values: ([^]*)\.$/.exec(message)?.[1];
  if (accepted !== undefined) return oneOf(parseList(accepted), node, keyPath);
  const expected = /^Incorrect type\. Expected "?([^]*?)"?\.$/.exec(message)?.[1];
  if (expected !== undefined) return ofType(expected.split(/" or "|, | or /), node, keyPath);
  if (message === 'Array has duplicate items.') {
    const repeated = repeatedElements(node);
    return repeated.map((element) => ({ kind: 'remove', node: element }));
  }
  return fromHelp(node, keyPath);
}

/** What people and other tools call our keys; without capitals and signs between words. */
const synonyms = new Map(
  Object.entries({
    algorithm: 'algo algorithmname',
    command: 'cmd args exec run entrypoint program executable',
    compute: 'instance hardware executor resources machine',
    cpus: 'cpu cpucount cores numcpus',
    cwd: 'workdir workingdirectory workingdir directory',
    dependsOn: 'dependencies depends needs after requires dependency',
    description: 'comment notes',
    env: 'environment envvars variables environmentvariables',
    experiment: 'exp experimentname experimentid',
    gpus: 'gpu gpucount numgpus',
    group: 'parallel members',
    inputs: 'input dataset datasetname data',
    memory: 'mem memorymb ram',
    metadata: 'attributes',
    name: 'runname jobname title',
    parameters: 'params hyperparameters config parametersjson',
    python: 'interpreter conda venv virtualenv',
    retries: 'maxretries retrycount numretries',
    script: 'shell bash inline inlinescript sh',
    sequential: 'serial',
    sweep: 'grid search matrix',
    tags: 'labels',
    tasks: 'jobs steps stages',
    timeout: 'timelimit maxruntime walltime maxtime',
  }).flatMap(([key, words]) => words.split(' ').map((word) => [word, key] as const)),
);

/** How others call the ways in which a run can have ended. */
const endings = new Map(
  Object.entries({
    completed: 'success succeeded successful ok done complete passed afterok',
    failed: 'failure fail error errored lost afternotok',
    finished: 'any always ended end settled afterany terminated cancelled canceled cancelpending cancelledpending',
  }).flatMap(([key, words]) => words.split(' ').map((word) => [word, key] as const)),
);

const plain = (word: string): string => word.toLowerCase().replace(/[-_ ]/g, '');

/** The key that somebody meant who wrote this one. */
export function meantKey(name: string, names: ReadonlySet<string>): string | undefined {
  const synonym = synonyms.get(plain(name));
  return synonym !== undefined && names.has(synonym) ? synonym : nearest(name, names);
}

function unknownKey(name: string, key: Node, keyPath: KeyPath, schema: unknown): readonly Mend[] {
  const object = key.parent?.parent;
  const beside = new Set(object ? Array.from(properties(object), ([other]) => other) : []);
  const names = propertyNames(schemaAt(schema, keyPath.slice(0, -1)), schema).filter((other) => !beside.has(other));
  const near = meantKey(name, new Set(names));
  return [...(near === undefined ? [] : [{ kind: 'rename', name: near } as const]), { kind: 'remove' }];
}

function oneOf(values: readonly unknown[], node: Node, keyPath: KeyPath): readonly Mend[] {
  const value: unknown = node.value;
  if (typeof value !== 'string') {
    const same = values.find((each) => String(each) === String(value));
    return same === undefined ? [] : [{ kind: 'replace', value: same }];
  }
  const texts = values.filter((each) => typeof each === 'string');
  const word = keyPath.at(-1) === 'on' ? endings.get(plain(value)) : undefined;
  const near = word !== undefined && texts.includes(word) ? word : nearest(value, texts);
  return near === undefined ? [] : [{ kind: 'replace', value: near }];
}

function ofType(types: readonly string[], node: Node, keyPath: KeyPath): readonly Mend[] {
  const value: unknown = node.value;
  const replace = (other: unknown): readonly Mend[] => [{ kind: 'replace', value: other }];
  for (const type of types) {
    if ((type === 'number' || type === 'integer') && typeof value === 'string') {
      const number = value.trim() === '' ? NaN : Number(value);
      if (Number.isFinite(number) && (type === 'number' || Number.isInteger(number))) return replace(number);
    }
    if (type === 'string' && (typeof value === 'number' || typeof value === 'boolean')) return replace(String(value));
    if (type === 'boolean' && typeof value === 'string' && /^(true|false|yes|no)$/i.test(value)) {
      return replace(/^(true|yes)$/i.test(value));
    }
    if (type === 'boolean' && (value === 0 || value === 1)) return replace(value === 1);
    if (type === 'array' && typeof value === 'string') {
      return replace(keyPath.at(-1) === 'command' ? wordsOf(value) : [value]);
    }
  }
  return [];
}

/** As a shell would take it apart, its quotes alone. */
export function wordsOf(command: string): readonly string[] {
  const words = command.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? [];
  return words.map((word) =>
    word.replace(/"([^"]*)"|'([^']*)'/g, (_, double?: string, single?: string) => double ?? single ?? ''),
  );
}

/** Keys whose messages are help on how to write them. */
function fromHelp(node: Node, keyPath: KeyPath): readonly Mend[] {
  const value: unknown = node.value;
  if (typeof value !== 'string') return [];
  const replace = (other: unknown): readonly Mend[] => [{ kind: 'replace', value: other }];
  const key = keyPath.at(-1);
  if (key === 'timeout' || key === 'retryDelay' || key === 'grace' || key === 'before') {
    const [, amount, unit = ''] = /^\s*(\d+(?:\.\d+)?)\s*([a-zA-Z]*)\.?\s*$/.exec(value) ?? [];
    const known = units.get(unit.toLowerCase());
    if (amount === undefined) return [];
    return unit === '' ? replace(Number(amount)) : known === undefined ? [] : replace(`${amount} ${known}`);
  }
  if (key === 'memory') {
    const [, amount, unit = ''] = /^\s*(\d+(?:\.\d+)?)\s*([kmgt]?)i?b?\s*$/i.exec(value) ?? [];
    if (amount === undefined) return [];
    return replace(unit === '' ? Number(amount) : `${amount} ${unit.toUpperCase()}B`);
  }
  if (key === 'python') {
    return [
      ...replace('selected'),
      ...(/^\s*$/.test(value) ? [] : [...replace({ venv: value }), ...replace({ conda: value })]),
    ];
  }
  if (key === 'packaging') return replace(nearest(value, ['git', 'none']) ?? 'git');
  return [];
}

const units = new Map(
  Object.entries({
    ms: 'millis milliseconds msec',
    s: 's secs sec second seconds',
    min: 'm mins min minute minutes',
    h: 'hr hrs hour hours h',
    days: 'd day days dy',
    weeks: 'w wk wks week weeks',
  }).flatMap(([unit, words]) => words.split(' ').map((word) => [word, unit] as const)),
);

/** `"grid", "random"` as the service lists them. */
function parseList(list: string): readonly unknown[] {
  try {
    const values: unknown = JSON.parse(`[${list}]`);
    return Array.isArray(values) ? values : [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

function repeatedElements(array: Node): readonly Node[] {
  const seen = new Set<unknown>();
  return (array.children ?? []).filter((element) => {
    if (element.type !== 'string') return false;
    const isRepeated = seen.has(element.value);
    seen.add(element.value);
    return isRepeated;
  });
}
