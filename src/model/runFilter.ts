/**
 * Which runs a list shows: terms that must all hold. The engine asks its store (`runFilterSql.ts`); who is told of a changed run asks
 * `matchesFilter`, which answers as the store would, or does not know: of parameters a list of runs has none.
 */
import { type Static, Type } from '@sinclair/typebox';
import { shortestId } from './ids';
import { type Run, RunStatusSchema } from './run';

const Text = Type.String({ minLength: 1, maxLength: 500 });

const Not = Type.Optional(Type.Boolean());

/** What is compared by its text; `*` stands for anything, capitals of English make no difference. */
export const namedThings = ['tag', 'experiment', 'name', 'note', 'folder'] as const;
export type NamedThing = (typeof namedThings)[number];

export const comparisons = ['=', '!=', '<', '<=', '>', '>='] as const;
export type Comparison = (typeof comparisons)[number];

export const FilterTermSchema = Type.Union([
  Type.Object({ kind: Type.Literal('status'), statuses: Type.Array(RunStatusSchema, { maxItems: 20 }), not: Not }),
  /** One of the patterns. */
  Type.Object({
    kind: Type.Unsafe<NamedThing>(Type.Union(namedThings.map((thing) => Type.Literal(thing)))),
    patterns: Type.Array(Type.String({ maxLength: 500 }), { minItems: 1, maxItems: 100 }),
    not: Not,
  }),
  Type.Object({ kind: Type.Literal('pinned'), not: Not }),
  /** Submitted at `fromMs` or later, and before `toMs`. */
  Type.Object({
    kind: Type.Literal('created'),
    fromMs: Type.Optional(Type.Number()),
    toMs: Type.Optional(Type.Number()),
  }),
  /** Of the run's own parameters, by dotted path. */
  Type.Object({
    kind: Type.Literal('parameter'),
    path: Text,
    comparison: Type.Unsafe<Comparison>(Type.Union(comparisons.map((sign) => Type.Literal(sign)))),
    value: Type.Union([Type.Number(), Type.String({ maxLength: 500 }), Type.Boolean()]),
  }),
  /** Anywhere in name, experiment, tags, note or parameters, or at the beginning of the id. */
  Type.Object({ kind: Type.Literal('text'), text: Text, not: Not }),
  /** From one of these folders, or from below; see `runPlace.ts`. */
  Type.Object({ kind: Type.Literal('place'), places: Type.Array(Type.String({ maxLength: 8192 }), { maxItems: 100 }) }),
]);
export type FilterTerm = Static<typeof FilterTermSchema>;

export const RunFilterSchema = Type.Array(FilterTermSchema, { maxItems: 100 });
/** No terms: all runs. */
export type RunFilter = Static<typeof RunFilterSchema>;

/** Undefined: only the store knows. */
export function matchesFilter(run: Run, filter: RunFilter): boolean | undefined {
  let all: boolean | undefined = true;
  for (const term of filter) {
    const holds = matchesTerm(run, term);
    if (holds === false) return false;
    if (holds === undefined) all = undefined;
  }
  return all;
}

function matchesTerm(run: Run, term: FilterTerm): boolean | undefined {
  const unlessNot = (holds: boolean): boolean => holds !== ('not' in term && term.not === true);
  switch (term.kind) {
    case 'status':
      return unlessNot(term.statuses.includes(run.status));
    case 'pinned':
      return unlessNot(run.pinned === true);
    case 'created':
      return run.createdAtMs >= (term.fromMs ?? -Infinity) && run.createdAtMs < (term.toMs ?? Infinity);
    case 'place':
      return term.places.some((place) => run.place === place || run.place?.startsWith(`${place}/`));
    case 'parameter':
      return undefined;
    case 'text': {
      const text = folded(term.text);
      const isSaid = [run.name, run.experiment, run.note ?? '', ...run.tags].some((part) =>
        folded(part).includes(text),
      );
      if (isSaid || (text.length >= shortestId && run.id.startsWith(text))) return unlessNot(true);
      return undefined;
    }
    default: {
      const texts = textsOf(run, term.kind);
      return unlessNot(term.patterns.some((pattern) => texts.some((text) => matchesPattern(text, pattern))));
    }
  }
}

function textsOf(run: Run, thing: NamedThing): readonly string[] {
  if (thing === 'tag') return run.tags;
  if (thing === 'folder') return [folderOf(run)];
  return [(thing === 'note' ? run.note : run[thing]) ?? ''];
}

/** The folder of its run file inside its workspace; '' for the top folder, and where nobody knows. */
export function folderOf({ place, origin }: Pick<Run, 'place' | 'origin'>): string {
  if (place === undefined || origin === undefined || !place.startsWith(`${origin}/`)) return '';
  return place.slice(origin.length + 1);
}

function matchesPattern(text: string, pattern: string): boolean {
  const parts = folded(pattern).split('*');
  if (parts.length === 1) return folded(text) === parts[0];
  const [first = '', last = ''] = [parts[0], parts.at(-1)];
  let rest = folded(text);
  if (!rest.startsWith(first) || rest.length < first.length + last.length || !rest.endsWith(last)) return false;
  rest = rest.slice(first.length, rest.length - last.length);
  for (const part of parts.slice(1, -1)) {
    const at = rest.indexOf(part);
    if (at < 0) return false;
    rest = rest.slice(at + part.length);
  }
  return true;
}

/** As SQLite folds: the capitals of English alone. */
export const folded = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
