/**
 * The run of a file and the tasks in it, as scopes: which tasks, parameters and inputs each declares, and which of them a
 * name means by where it stands. The same as the checks say (`taskWaits.ts`, `referenceChecks.ts`).
 */
import type { Node } from 'jsonc-parser';
import { properties } from '../../core/runFiles/jsonTree';
import { type TaskNode, taskNodes } from '../../core/runFiles/taskWaits';
import type { KeyPath } from '../../core/runFiles/runFileProblem';

/** One that is named in several places. */
export interface NamedThing {
  readonly kind: 'task' | 'parameter' | 'input';
  /** What is written where it is named; of a parameter the last part of its path. */
  readonly name: string;
  /** Of a parameter `model.width`; else its name. */
  readonly path: string;
  /** Where it belongs: a task and an input to the part that has it, a parameter to the outermost that sets it. */
  readonly home: RunPart;
  /** Of a task: those of that name, all but one of them by mistake. */
  readonly parts: RunPart[];
  /** In the order of the file. */
  readonly occurrences: Occurrence[];
}

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A name where it stands: offsets in the file, without quotes. */
export interface Occurrence extends Span {
  readonly thing: NamedThing;
  readonly isDeclaration: boolean;
  /** The string or the `${…}` that holds it. */
  readonly whole: Span;
  /** The run or task whose key it stands in. */
  readonly from: RunPart;
  /** Whose value of the parameter it is: `from`, or the task that it refers to. */
  readonly of: RunPart;
  /** Within a `${…}`, where braces would end it. */
  readonly isInText: boolean;
}

/** A run or a task. */
export class RunPart {
  readonly node: Node;
  readonly keyPath: KeyPath;
  readonly outer: RunPart | undefined;
  /** Among its siblings; of the run itself none. */
  readonly name: string | undefined;
  readonly isGroup: boolean;
  readonly isSequential: boolean;
  readonly keys: ReadonlyMap<string, Node>;
  readonly taskNodes: readonly TaskNode[];
  readonly parts: readonly RunPart[];
  readonly tasks = new Map<string, NamedThing>();
  readonly inputs = new Map<string, NamedThing>();
  /** Those that are set here, each with its key. */
  readonly parameters = new Map<string, { readonly thing: NamedThing; readonly key: Node }>();
  /** Those that only a sweep sets. */
  readonly varied = new Map<string, NamedThing>();

  constructor(node: Node, keyPath: KeyPath, outer?: RunPart, name?: string) {
    this.node = node;
    this.keyPath = keyPath;
    this.outer = outer;
    this.name = name;
    this.keys = keysOf(node);
    this.isGroup = this.keys.get('tasks')?.type !== 'object' && this.keys.has('group');
    this.isSequential = this.keys.get('sequential')?.value === true;
    this.#declareParameters();
    if (this.keys.has('sweep')) this.#declareVaried();
    this.#declareInputs();
    this.taskNodes = this.keys.has('tasks') || this.keys.has('group') ? taskNodes(node, keyPath) : [];
    this.parts = this.taskNodes.map((task) => this.#declareTask(task));
  }

  /** The task that a text of this part means: the nearest of that name. */
  findTask(name: string): NamedThing | undefined {
    for (let at: RunPart | undefined = this.outer; at; at = at.outer) {
      const found = at.tasks.get(name);
      if (found) return found;
    }
    return undefined;
  }

  /** A task has the parameters that it stands in too. */
  findParameter(path: string): NamedThing | undefined {
    for (const at of this.#outwards()) {
      const found = at.parameters.get(path)?.thing ?? at.varied.get(path);
      if (found) return found;
    }
    return undefined;
  }

  /** The key that sets the parameter for this part. */
  findParameterKey(path: string): Node | undefined {
    for (const at of this.#outwards()) {
      const found = at.parameters.get(path);
      if (found) return found.key;
    }
    return undefined;
  }

  isWithin(part: RunPart): boolean {
    for (const at of this.#outwards()) if (at === part) return true;
    return false;
  }

  *#outwards(): Generator<RunPart> {
    yield this;
    for (let at = this.outer; at; at = at.outer) yield at;
  }

  #declareTask({ name, node, keyPath }: TaskNode): RunPart {
    const part = new RunPart(node, keyPath, this, name);
    const thing = this.tasks.get(name) ?? newThing('task', name, this);
    thing.parts.push(part);
    this.tasks.set(name, thing);
    return part;
  }

  #declareVaried(): void {
    for (const { value } of variedPaths(this.keys.get('sweep'))) {
      const path = parameterOf(String(value));
      if (path === undefined || this.findParameter(path)) continue;
      const name = path.slice(partsOfPath(path, (inner) => this.findParameter(inner) !== undefined).at(-1)?.start);
      this.varied.set(path, newThing('parameter', path, this, name));
    }
  }

  #declareInputs(): void {
    const inputs = this.keys.get('inputs');
    if (inputs?.type !== 'object') return;
    for (const [name] of properties(inputs)) this.inputs.set(name, newThing('input', name, this));
  }

  /** One that is set again further in is the same parameter with another value. Of equal paths the first counts. */
  #declareParameters(): void {
    const visit = (object: Node, prefix: string): void => {
      for (const [key, keyNode, value] of properties(object)) {
        const path = prefix + key;
        if (!this.parameters.has(path)) {
          const thing = this.outer?.findParameter(path) ?? newThing('parameter', path, this, key);
          this.parameters.set(path, { thing, key: keyNode });
        }
        if (value.type === 'object') visit(value, `${path}.`);
      }
    };
    const parameters = this.keys.get('parameters');
    if (parameters?.type === 'object') visit(parameters, '');
  }
}

/** Most of a large file are tasks with a few keys each: this is asked of every one of them. */
function keysOf({ type, children = [] }: Node): ReadonlyMap<string, Node> {
  const keys = new Map<string, Node>();
  if (type !== 'object') return keys;
  for (const { children: [key, value] = [] } of children) if (key && value) keys.set(String(key.value), value);
  return keys;
}

/** Where a sweep names what it varies: keys of `over` and of its trials, and texts of `zip`. */
export function* variedPaths(sweep: Node | undefined): Generator<Node> {
  if (sweep?.type !== 'object') return;
  for (const [key, , value] of properties(sweep)) {
    if (key === 'over') for (const [, path] of properties(value)) yield path;
    if (key === 'trials') {
      for (const trial of value.children ?? []) for (const [, path] of properties(trial)) yield path;
    }
    if (key === 'zip') {
      for (const list of value.children ?? []) yield* (list.children ?? []).filter(({ type }) => type === 'string');
    }
  }
}

const parametersPrefix = 'parameters.';

/** `lr` of `parameters.lr`. */
export const parameterOf = (path: string): string | undefined =>
  path.startsWith(parametersPrefix) && path.length > parametersPrefix.length
    ? path.slice(parametersPrefix.length)
    : undefined;

/** The parameters on the way to one, each with its own part of the path: keys may have points themselves. */
export function partsOfPath(
  path: string,
  isKnown: (path: string) => boolean,
): readonly (Span & { readonly path: string })[] {
  const parts: (Span & { readonly path: string })[] = [];
  let start = 0;
  for (let end = path.indexOf('.'); end >= 0; end = path.indexOf('.', end + 1)) {
    const inner = path.slice(0, end);
    if (!isKnown(inner)) continue;
    parts.push({ path: inner, start, end });
    start = end + 1;
  }
  return [...parts, { path, start, end: path.length }];
}

export function newThing(kind: NamedThing['kind'], path: string, home: RunPart, name = path): NamedThing {
  return { kind, name, path, home, parts: [], occurrences: [] };
}
