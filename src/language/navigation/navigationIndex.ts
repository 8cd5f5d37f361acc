/** What a run file names, and where: made once for each version of a document. */
import { findNodeAtOffset } from 'jsonc-parser';
import type { EditedDocument } from '../editedDocument';
import { type Lead, Occurrences, type WorkspaceName } from './occurrences';
import { type NamedThing, type Occurrence, RunPart, type Span } from './runParts';

export class NavigationIndex {
  /** The run itself. Undefined for what is no object. */
  readonly root: RunPart | undefined;
  readonly #document: EditedDocument;
  #found: Found | undefined;

  private constructor(document: EditedDocument) {
    const { root } = document;
    this.#document = document;
    this.root = root?.type === 'object' ? new RunPart(root, []) : undefined;
  }

  static of(document: EditedDocument): NavigationIndex {
    const known = indices.get(document);
    if (known) return known;
    const made = new NavigationIndex(document);
    indices.set(document, made);
    return made;
  }

  get things(): readonly NamedThing[] {
    return this.#names.things;
  }

  /** The name at a place, or right before it. */
  occurrenceAt(offset: number): Occurrence | undefined {
    if (!this.#isNaming(offset)) return undefined;
    const { occurrences } = this.#names;
    const before = occurrences[firstAfter(occurrences, (each) => each.start > offset) - 1];
    return before && offset <= before.end ? before : undefined;
  }

  /** Also of the quotes and of the `${…}` around a name; of several in one the last, which the others lead to. */
  mentionAt(offset: number): Occurrence | undefined {
    if (!this.#isNaming(offset)) return undefined;
    const exact = this.occurrenceAt(offset);
    if (exact) return exact;
    const { occurrences } = this.#names;
    const next = firstAfter(occurrences, (each) => each.start > offset);
    const holds = ({ whole }: Occurrence): boolean => whole.start <= offset && offset <= whole.end;
    let found = [occurrences[next - 1], occurrences[next]].find((each) => each && holds(each));
    for (let at = next; found; at += 1) {
      const further = occurrences[at];
      if (!further || further.whole.start !== found.whole.start) return found;
      found = further;
    }
    return undefined;
  }

  workspaceNameAt(offset: number): WorkspaceName | undefined {
    return holding(this.#names.workspaceNames, offset);
  }

  leadAt(offset: number): Lead | undefined {
    return holding(this.#names.leads, offset);
  }

  /** Names are in strings: the cursor of somebody who types something else needs no look at the whole file. */
  #isNaming(offset: number): boolean {
    const { root } = this.#document;
    return root !== undefined && findNodeAtOffset(root, offset, true)?.type === 'string';
  }

  get #names(): Found {
    this.#found ??= findNames(this.#document.text, this.root);
    return this.#found;
  }
}

/** All in the order of the file. */
interface Found {
  readonly things: readonly NamedThing[];
  readonly occurrences: readonly Occurrence[];
  readonly workspaceNames: readonly WorkspaceName[];
  readonly leads: readonly Lead[];
}

function findNames(text: string, root: RunPart | undefined): Found {
  if (!root) return { things: [], occurrences: [], workspaceNames: [], leads: [] };
  const { things, workspaceNames, leads } = new Occurrences(text, root);
  for (const { occurrences } of things) occurrences.sort(byStart);
  const occurrences = things.flatMap((thing) => thing.occurrences).sort(byStart);
  return { things, occurrences, workspaceNames: workspaceNames.sort(byWhole), leads: leads.sort(byWhole) };
}

const indices = new WeakMap<EditedDocument, NavigationIndex>();

const byStart = (a: Span, b: Span): number => a.start - b.start;
const byWhole = (a: { readonly whole: Span }, b: { readonly whole: Span }): number => a.whole.start - b.whole.start;

/** Index of the first for which it is true; those behind it are alike. */
function firstAfter<T>(sorted: readonly T[], isAfter: (each: T) => boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const each = sorted[middle];
    if (each !== undefined && !isAfter(each)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function holding<T extends { readonly whole: Span }>(sorted: readonly T[], offset: number): T | undefined {
  const before = sorted[firstAfter(sorted, ({ whole }) => whole.start > offset) - 1];
  return before && offset <= before.whole.end ? before : undefined;
}
