/**
 * A run file from a past run: what that was made of, without its name. Of a run that was submitted by itself it is its file
 * as it was then, comments and all; of a trial the file with what the sweep chose; of a task what it was with all that it
 * had taken from around it, and with what other tasks had made in place of the references to them.
 */
import path from 'node:path';
import { Check } from '@sinclair/typebox/value';
import { applyEdits, type Edit, type Node } from 'jsonc-parser';
import { Failure } from '../../base/failure';
import { codeReference, isLateReference, parseTaskReference, textParts } from '../../model/references';
import type { RunDetail } from '../../model/run';
import { type RunFile, RunFileSchema, type Task, TaskSchema } from '../../model/runFile';
import { applyTrial, segmentsOf } from '../../model/sweepPath';
import { inherit } from '../runFiles/inherit';
import { parseJsonTree, properties, toJsonText, withoutByteOrderMark } from '../runFiles/jsonTree';
import { experimentOf } from '../runFiles/resolveRun';
import { namedTasks } from '../runFiles/taskNames';
import { type PastRun, parametersOf } from './pastRun';
import { Entries, type Entry, fileNameOf, type NewRunFile, writeRunFile } from './writeRunFile';

export interface PastRunFile extends NewRunFile {
  /** Where the paths in it lead to what they led to. */
  readonly folder: string;
}

/** Throws `NotFound` for a run made of runs whose file is not known. */
export async function runFileOfPastRun(past: PastRun): Promise<PastRunFile> {
  const { detail, way, file } = past;
  const { run } = detail;
  const head = `From the run ${run.name} (${run.id}), ${run.status} on ${new Date(run.statusAtMs).toISOString().slice(0, 10)}.`;
  if (file === undefined) return { ...ofDetail(detail, head), folder: detail.cwd };
  const folder = path.dirname(file.path);
  const plain = withoutByteOrderMark(file.text);
  const root = parseJsonTree(plain);
  const content: unknown = root && JSON.parse(toJsonText(root));
  if (!root || !Check(RunFileSchema, content)) return { ...ofDetail(detail, head), folder: detail.cwd };
  const name = fileNameOf(way.length > 1 ? run.name : path.basename(file.path).replace(/(\.run)?\.jsonc?$/i, ''));
  if (way.length === 1) return { text: ofWhole(plain, root, head, run.experiment), name, folder };
  const text = await ofPart(past, content, head);
  return text === undefined ? { ...ofDetail(detail, head), folder: detail.cwd } : { text, name, folder };
}

/** The text as it is, comments included, without the name and with the experiment, which is else the file's name. */
function ofWhole(text: string, root: Node, head: string, experiment: string): string {
  const edits: Edit[] = [];
  let hasExperiment = false;
  for (const [key, node] of properties(root)) {
    if (key === 'experiment') hasExperiment = true;
    if (key === 'name' && node.parent) edits.push(removal(text, node.parent));
  }
  const line = hasExperiment ? '' : `${JSON.stringify('experiment')}: ${JSON.stringify(experiment)},`;
  const inner = text.slice(root.offset + 1);
  // In the file's own indentation.
  const indent = /^[ \t]*\r?\n([ \t]+)/.exec(inner)?.[1];
  if (line !== '')
    edits.push({ offset: root.offset + 1, length: 0, content: indent === undefined ? line : `\n${indent}${line}` });
  return `// ${head}\n${applyEdits(text, edits)}`;
}

/** With its comma, and with its line when it has that for itself. */
function removal(text: string, property: Node): Edit {
  let start = property.offset;
  let end = property.offset + property.length;
  const after = /^[ \t]*,/.exec(text.slice(end));
  if (after) end += after[0].length;
  const before = /[ \t]*$/.exec(text.slice(0, start))?.[0].length ?? 0;
  const rest = /^[ \t]*(?:\/\/[^\n]*)?(?:\r?\n|$)/.exec(text.slice(end));
  if (rest && text[start - before - 1] === '\n') {
    start -= before;
    end += rest[0].length;
  } else if (after) {
    end += /^[ \t]*/.exec(text.slice(end))?.[0].length ?? 0;
  }
  return { offset: start, length: end - start, content: '' };
}

/** What a part of another run does not have for itself, or what means something there only. */
const leftOut = ['$schema', 'name', 'dependsOn', 'detach', 'logLevel', 'direct'];

/** Undefined when the file has no such part. */
async function ofPart(past: PastRun, top: RunFile, head: string): Promise<string | undefined> {
  const { way, detail } = past;
  let file: RunFile | Task = top;
  const varied = new Map<string, unknown>();
  for (const run of way.slice(1)) {
    if (run.trialJson !== undefined) {
      const values = new Map(Object.entries(objectOf(run.trialJson)));
      for (const [at, value] of values) varied.set(at, value);
      const trial: unknown = applyTrial(file, { values });
      if (!Check(TaskSchema, without(trial, ['experiment', 'packaging', ...leftOut]))) return undefined;
      file = trial as Task;
      continue;
    }
    const task = namedTasks(file).find(({ name }) => name === run.task)?.task;
    if (!task) return undefined;
    const plugins = [...(file.plugins ?? []), ...(task.plugins ?? [])];
    file = { ...inherit(file, task), ...(plugins.length > 0 ? { plugins } : {}) };
  }
  const packaging = top.packaging === undefined ? {} : { packaging: top.packaging };
  const own = without({ ...file, ...packaging }, ['experiment', ...leftOut]);
  const filled = await new TaskValues(past).fill(own);
  const experiment = way[0]?.experiment ?? experimentOf({ file: top, path: past.file?.path ?? '' });
  const entries: Entry[] = [
    { key: 'experiment', value: experiment },
    ...Object.entries(filled).map(([key, value]): Entry => ({ key, value: openedAlong(value, [key], varied) })),
  ];
  const part = detail.run.trialJson === undefined ? 'a task' : 'a trial';
  return writeRunFile(entries, `${head.slice(0, -1)}, ${part} of ${way[0]?.name ?? ''}.`);
}

/** References to tasks beside it lead nowhere in a file of its own: what they stood for is put in their place. */
class TaskValues {
  readonly #past: PastRun;
  readonly #found = new Map<string, string | undefined>();

  constructor(past: PastRun) {
    this.#past = past;
  }

  async fill(value: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>> {
    const ownTasks = 'tasks' in value;
    // In a graph of its own they may mean its tasks.
    if (ownTasks || !JSON.stringify(value).includes('${tasks.')) return { ...value };
    const filled = await this.#fillAny(value);
    return isObject(filled) ? filled : { ...value };
  }

  async #fillAny(value: unknown): Promise<unknown> {
    if (typeof value === 'string') return this.#fillText(value);
    if (Array.isArray(value)) return Promise.all(value.map(async (part) => this.#fillAny(part)));
    if (!isObject(value)) return value;
    const entries: [string, unknown][] = [];
    for (const [key, part] of Object.entries(value)) entries.push([key, await this.#fillAny(part)]);
    return Object.fromEntries(entries);
  }

  async #fillText(text: string): Promise<string> {
    if (!text.includes('${tasks.')) return text;
    let filled = '';
    for (const part of textParts(text)) {
      const isTask = part.kind === 'reference' && parseTaskReference(part.name) !== undefined;
      const found = isTask ? await this.#find(part.name) : undefined;
      // One that is not known any more becomes text, which the program then says.
      filled += found?.replaceAll('${', '$${') ?? (isTask ? `$${part.source}` : part.source);
    }
    return filled;
  }

  async #find(name: string): Promise<string | undefined> {
    if (!this.#found.has(name)) this.#found.set(name, await this.#past.findTaskValue(name));
    return this.#found.get(name);
  }
}

/** What was varied has a line of its own, which says so. */
function openedAlong(value: unknown, at: readonly string[], varied: ReadonlyMap<string, unknown>): unknown {
  const paths = Array.from(varied.keys(), segmentsOf);
  const isOnWay = paths.some(
    (segments) => segments.length > at.length && at.every((key, index) => segments[index] === key),
  );
  const isTop = at.length === 1 && ['parameters', 'env', 'inputs', 'metadata'].includes(at[0] ?? '');
  if (!isObject(value) || !(isOnWay || isTop)) return value;
  return new Entries(
    Object.entries(value).map(([key, part]): Entry => {
      const inner = [...at, key];
      const isVaried = varied.has(inner.join('.'));
      return { key, value: openedAlong(part, inner, varied), comment: isVaried ? 'chosen by the sweep' : undefined };
    }),
  );
}

/** Of a run without a file: by what it executed. */
function ofDetail(detail: RunDetail, head: string): NewRunFile {
  const { run, description, command, cwd } = detail;
  if (run.children) {
    throw new Failure('NotFound', `The run file of "${run.name}" is not known.`, {
      hint: 'It is made of other runs: make a run file from one of those.',
    });
  }
  const parameters = Object.entries(parametersOf(detail));
  const entries: Entry[] = [
    { key: 'experiment', value: run.experiment },
    ...(description === undefined ? [] : [{ key: 'description', value: description }]),
    ...(run.tags.length === 0 ? [] : [{ key: 'tags', value: run.tags }]),
    { key: 'command', value: command.map(asWritten), comment: 'As it was executed: its run file is not known.' },
    ...(parameters.length === 0
      ? []
      : [{ key: 'parameters', value: new Entries(parameters.map(([key, value]) => ({ key, value }))) }]),
    { key: 'cwd', value: asWritten(cwd) },
    ...(run.timeoutMs === undefined ? [] : [{ key: 'timeout', value: run.timeoutMs / 1000, comment: 'seconds' }]),
    ...(run.attemptsMax <= 1 ? [] : [{ key: 'retries', value: run.attemptsMax - 1 }]),
    ...(run.priority === undefined ? [] : [{ key: 'priority', value: run.priority }]),
  ];
  return { text: writeRunFile(entries, head), name: fileNameOf(run.name) };
}

/** A text whose late references alone are references, as a run file has it. */
const asWritten = (late: string): string =>
  Array.from(textParts(late), (part) => {
    if (part.kind === 'literal') return part.source;
    // What is known of its snapshot and of other tasks is not there for a run by itself.
    const isElsewhere = (name: string): boolean => name === codeReference || parseTaskReference(name) !== undefined;
    const isKept = part.kind !== 'open' && isLateReference(part.name) && !isElsewhere(part.name);
    return isKept ? part.source : part.source.replace(/\$+(?=\{)|\$+$/, (dollars) => dollars + dollars);
  }).join('');

function without(value: unknown, keys: readonly string[]): Record<string, unknown> {
  return isObject(value) ? Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key))) : {};
}

function objectOf(json: string): Record<string, unknown> {
  const value: unknown = JSON.parse(json);
  return isObject(value) ? value : {};
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
