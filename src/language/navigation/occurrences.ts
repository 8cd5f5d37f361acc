/** All places of a run file that name a task, a parameter, an input, or something of the workspace. */
import type { Node } from 'jsonc-parser';
import { properties } from '../../core/runFiles/jsonTree';
import { declaredWaits, valueOf } from '../../core/runFiles/taskWaits';
import { parseTaskReference, textParts } from '../../model/references';
import { segmentsOf } from '../../model/sweepPath';
import { type NamedThing, newThing, parameterOf, partsOfPath, type RunPart, type Span, variedPaths } from './runParts';
import { WrittenText } from './writtenText';

/** The name of something that a file of the workspace describes. */
export interface WorkspaceName {
  readonly kind: 'algorithm' | 'compute' | 'plugin';
  readonly name: string;
  readonly from: RunPart;
  /** With its quotes. */
  readonly whole: Span;
}

/** What leads to a key of the file that has no name of its own kind: `timeout` in a sweep, `${parameters}`. */
export interface Lead {
  readonly whole: Span;
  readonly target: Node;
}

export class Occurrences {
  readonly things: NamedThing[] = [];
  readonly workspaceNames: WorkspaceName[] = [];
  readonly leads: Lead[] = [];
  readonly #source: string;
  readonly #seen = new Set<NamedThing>();
  /** Parameters that no part of the file sets: an algorithm's, or nobody's. */
  readonly #unset = new Map<string, NamedThing>();

  constructor(source: string, root: RunPart) {
    this.#source = source;
    this.#addPart(root);
  }

  #addPart(part: RunPart): void {
    this.#addOwnName(part);
    this.#addDependencies(part);
    this.#addWorkspaceNames(part);
    this.#addParameters(part);
    this.#addInputs(part);
    for (const key of filledKeys) {
      const value = part.keys.get(key);
      if (value) for (const text of stringsIn(value)) this.#addReferences(part, text, key);
    }
    if (part.keys.has('sweep')) for (const path of variedPaths(part.keys.get('sweep'))) this.#addVaried(part, path);
    for (const inner of part.parts) this.#addPart(inner);
  }

  #addOwnName({ outer, name, node }: RunPart): void {
    const thing = name === undefined ? undefined : outer?.tasks.get(name);
    if (!outer || !thing) return;
    this.#keep(thing);
    const key = outer.isGroup ? valueOf(node, 'name') : node.parent?.children?.[0];
    if (key?.type === 'string' && key.value === name) this.#addString(thing, key, outer, true);
  }

  #addDependencies(part: RunPart): void {
    const { outer, name, node, keyPath } = part;
    if (!outer || name === undefined || !part.keys.has('dependsOn')) return;
    for (const wait of declaredWaits({ name, node, keyPath })) {
      const thing = outer.tasks.get(wait.task);
      if (thing) this.#addString(thing, wait.node, part, false);
    }
  }

  #addWorkspaceNames(part: RunPart): void {
    const add = (kind: WorkspaceName['kind'], node: Node | undefined, of = node): void => {
      if (node?.type !== 'string' || of?.type !== 'string') return;
      this.workspaceNames.push({ kind, name: String(of.value), from: part, whole: spanOf(node) });
    };
    add('algorithm', part.keys.get('algorithm'));
    add('algorithm', part.keys.get('version'), part.keys.get('algorithm'));
    add('compute', part.keys.get('compute'));
    for (const use of part.keys.get('plugins')?.children ?? []) {
      add('plugin', use.type === 'object' ? valueOf(use, 'name') : use);
    }
  }

  #addParameters(part: RunPart): void {
    const visit = (object: Node, prefix: string): void => {
      for (const [name, key, value] of properties(object)) {
        const thing = part.parameters.get(prefix + name)?.thing;
        if (thing) this.#addString(thing, key, part, true);
        if (value.type === 'object') visit(value, `${prefix}${name}.`);
      }
    };
    const parameters = part.keys.get('parameters');
    if (parameters?.type === 'object') visit(parameters, '');
  }

  #addInputs(part: RunPart): void {
    const inputs = part.keys.get('inputs');
    if (inputs?.type !== 'object') return;
    for (const [name, key] of properties(inputs)) {
      const thing = part.inputs.get(name);
      if (thing) this.#addString(thing, key, part, true);
    }
  }

  #addReferences(part: RunPart, text: Node, key: string): void {
    const value = String(text.value);
    if (!value.includes('${')) return;
    const written = new WrittenText(this.#source, text);
    let at = 0;
    for (const { kind, source, ...rest } of textParts(value)) {
      if (kind === 'reference' && 'name' in rest) {
        const reference = new TextReference(written, { start: at, end: at + source.length }, rest.name);
        this.#addReference(part, reference, key);
      }
      at += source.length;
    }
  }

  #addReference(part: RunPart, reference: TextReference, key: string): void {
    const { name, whole } = reference;
    const task = parseTaskReference(name);
    if (task) return this.#addTaskReference(part, reference, task);
    // In parameters only tasks are referred to, and in inputs no other input.
    if (key === 'parameters') return;
    const parameter = parameterOf(name);
    if (parameter !== undefined) {
      return this.#addPath(part, part, {
        path: parameter,
        whole,
        spanAt: (start, end) => reference.spanAt(start + 11, end + 11),
      });
    }
    const input = name.startsWith('inputs.') && key !== 'inputs' ? part.inputs.get(name.slice(7)) : undefined;
    if (input) this.#add(input, { ...reference.spanAt(7, name.length), whole, from: part, isInText: true });
    const parameters = name === 'parameters' || name === 'parameters:flags' ? findKey(part, ['parameters']) : undefined;
    if (parameters) this.leads.push({ whole, target: parameters });
  }

  #addTaskReference(
    part: RunPart,
    { name, whole, spanAt }: TextReference,
    { task, what }: NonNullable<ReturnType<typeof parseTaskReference>>,
  ): void {
    // Beside it or further out; a text of the run itself reaches its tasks, which take its parameters.
    const thing = part.findTask(task) ?? part.tasks.get(task);
    if (!thing) return;
    const start = 'tasks.'.length;
    this.#add(thing, { ...spanAt(start, start + task.length), whole, from: part, isInText: true });
    const of = thing.parts.at(-1);
    if (what.kind !== 'best' || !of) return;
    const pathStart = name.length - what.parameter.length;
    const shifted = (from: number, to: number): Span => spanAt(pathStart + from, pathStart + to);
    this.#addPath(part, of, { path: what.parameter, whole, spanAt: shifted });
  }

  /** A parameter of `of`, named in `from`, and those on the way to it. */
  #addPath(
    from: RunPart,
    of: RunPart,
    {
      path,
      whole,
      spanAt,
      isInText = true,
      isVaried = false,
    }: {
      readonly path: string;
      readonly whole: Span;
      readonly spanAt: (start: number, end: number) => Span;
      readonly isInText?: boolean;
      readonly isVaried?: boolean;
    },
  ): void {
    for (const { path: inner, start, end } of partsOfPath(path, (each) => of.findParameter(each) !== undefined)) {
      const thing = of.findParameter(inner) ?? this.#unsetThing(inner, of);
      // What only a sweep sets is declared there.
      const isDeclaration =
        isVaried && of.varied.get(inner) === thing && thing.occurrences.every((other) => !other.isDeclaration);
      this.#add(thing, { ...spanAt(start, end), whole, from, of, isInText, isDeclaration });
    }
  }

  #unsetThing(path: string, part: RunPart): NamedThing {
    const thing = this.#unset.get(path) ?? newThing('parameter', path, part);
    this.#unset.set(path, thing);
    return thing;
  }

  #addVaried(part: RunPart, node: Node): void {
    const value = String(node.value);
    const whole = spanOf(node);
    const written = new WrittenText(this.#source, node);
    const spanIn =
      (prefix: string) =>
      (start: number, end: number): Span => ({
        start: written.offsetAt(prefix.length + start),
        end: written.offsetAt(prefix.length + end),
      });
    const parameter = parameterOf(value);
    if (parameter !== undefined) {
      const spanAt = spanIn('parameters.');
      return this.#addPath(part, part, { path: parameter, whole, spanAt, isInText: false, isVaried: true });
    }
    const input = value.startsWith('inputs.') ? part.inputs.get(value.slice('inputs.'.length)) : undefined;
    if (input) {
      const span = spanIn('inputs.')(0, input.name.length);
      return this.#add(input, { ...span, whole, from: part, isInText: false });
    }
    const target = findKey(part, segmentsOf(value));
    if (target) this.leads.push({ whole, target });
  }

  #addString(thing: NamedThing, node: Node, from: RunPart, isDeclaration: boolean): void {
    const whole = spanOf(node);
    const end = new WrittenText(this.#source, node).offsetAt(String(node.value).length);
    this.#add(thing, { start: whole.start + 1, end, whole, from, isInText: false, isDeclaration });
  }

  #add(
    thing: NamedThing,
    occurrence: Span & {
      readonly whole: Span;
      readonly from: RunPart;
      readonly of?: RunPart;
      readonly isInText: boolean;
      readonly isDeclaration?: boolean;
    },
  ): void {
    this.#keep(thing);
    const { start, end, whole, from, of = from, isInText, isDeclaration = false } = occurrence;
    thing.occurrences.push({ thing, start, end, whole, from, of, isInText, isDeclaration });
  }

  #keep(thing: NamedThing): void {
    if (this.#seen.has(thing)) return;
    this.#seen.add(thing);
    this.things.push(thing);
  }
}

/** Texts in which references are filled. */
const filledKeys = ['parameters', 'inputs', 'command', 'cwd', 'env', 'envFile', 'python'];

/** A reference in a text, with the places of what it is made of. */
class TextReference {
  readonly name: string;
  readonly whole: Span;
  /** Of a part of the name, by its indices there. */
  readonly spanAt: (start: number, end: number) => Span;

  constructor(written: WrittenText, { start, end }: Span, name: string) {
    this.name = name;
    this.whole = { start: written.offsetAt(start), end: written.offsetAt(end) };
    const inside = start + '${'.length;
    this.spanAt = (from, to) => ({ start: written.offsetAt(inside + from), end: written.offsetAt(inside + to) });
  }
}

/** Of what a part says itself or inherits: the key on this way into it. */
function findKey(part: RunPart, segments: readonly string[]): Node | undefined {
  for (let at: RunPart | undefined = part; at; at = at.outer) {
    const found = keyIn(at.node, segments);
    if (found) return found;
  }
  return undefined;
}

/** What is there under the whole rest of the path counts first, as when a sweep sets it. */
function keyIn(object: Node, segments: readonly string[]): Node | undefined {
  const rest = segments.join('.');
  const [first = '', ...further] = segments;
  if (object.type !== 'object') return undefined;
  for (const [key, keyNode] of properties(object)) if (key === rest) return keyNode;
  const inner = further.length > 0 ? valueOf(object, first) : undefined;
  return inner && keyIn(inner, further);
}

function* stringsIn(node: Node | undefined): Generator<Node> {
  if (node?.type === 'string') yield node;
  else if (node?.type === 'object') for (const [, , value] of properties(node)) yield* stringsIn(value);
  else if (node?.type === 'array') for (const element of node.children ?? []) yield* stringsIn(element);
}

const spanOf = ({ offset, length }: Node): Span => ({ start: offset, end: offset + length });
