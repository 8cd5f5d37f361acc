/**
 * References in a run file's texts: `${parameters.lr}`, `${env:HOME}`, `${run.outputs}`. The grammar, and how texts are
 * filled. Pure on purpose: who knows which name is not known here.
 *
 *     text       ends of `${`…`}` are references, all else is literal
 *     $${…}      a literal `${…}`: of the dollars before a brace each pair is one literal dollar, and an odd one
 *                begins a reference, so that a dollar before a reference can be written too (`$$${parameters.price}`)
 *     name       whatever stands between the braces, except braces
 *
 * Texts are filled twice. The core fills at submission what it knows (`fillEarlyReferences`) and leaves `lateReferences`
 * in place; the engine fills those when an attempt starts (`fillReferences`). Each pass touches the names it knows and
 * no others, escapes included: a shell's own `${HOME}` in a variable's value reaches the program untouched, and a
 * parameter whose value reads `${run.id}` stays what it is.
 */

/** What only the engine knows of a run, and only when an attempt of it starts. */
export const runReferences = ['run.id', 'run.outputs', 'run.checkpoints'] as const;
export type RunReference = (typeof runReferences)[number];

export const isRunReference = (name: string): name is RunReference =>
  runReferences.some((reference) => reference === name);

/** Top folder of the code that a run executes from a snapshot. The core writes it; in a run file it means nothing. */
export const codeReference = 'run.code';

/** What another task of the same graph has left: its outputs folder, or a parameter of the best trial of its sweep. */
export interface TaskReference {
  readonly task: string;
  readonly what: { readonly kind: 'outputs' } | { readonly kind: 'best'; readonly parameter: string };
}

const tasksPrefix = 'tasks.';
const outputsSuffix = '.outputs';
const bestInfix = '.best.parameters.';

/** `tasks.NAME.outputs` or `tasks.NAME.best.parameters.PATH`; undefined for any other name. */
export function parseTaskReference(name: string): TaskReference | undefined {
  if (!name.startsWith(tasksPrefix)) return undefined;
  const rest = name.slice(tasksPrefix.length);
  const best = rest.indexOf(bestInfix);
  if (best > 0 && best + bestInfix.length < rest.length) {
    const parameter = rest.slice(best + bestInfix.length);
    return { task: rest.slice(0, best), what: { kind: 'best', parameter } };
  }
  if (!rest.endsWith(outputsSuffix) || rest.length === outputsSuffix.length) return undefined;
  return { task: rest.slice(0, -outputsSuffix.length), what: { kind: 'outputs' } };
}

const secretsPrefix = 'secret:';
const secretName = '[A-Za-z_][A-Za-z0-9_]{0,99}';

/** What a secret may be called: the rest of a variable's name, since terminals keep secrets in variables. */
export const secretNamePattern = `^${secretName}$`;

/** `TOKEN` of `secret:TOKEN`; undefined for any other name, and for what cannot be the name of a secret. */
export function parseSecretReference(name: string): string | undefined {
  if (!name.startsWith(secretsPrefix)) return undefined;
  const secret = name.slice(secretsPrefix.length);
  return new RegExp(secretNamePattern).test(secret) ? secret : undefined;
}

/** The secrets that texts for the engine's `fillReferences` refer to, each once. */
export function secretsIn(texts: Iterable<string>): string[] {
  const secrets = new Set<string>();
  for (const text of texts) {
    if (!text.includes('${secret:')) continue;
    for (const part of textParts(text)) {
      const secret = part.kind === 'reference' ? parseSecretReference(part.name) : undefined;
      if (secret !== undefined) secrets.add(secret);
    }
  }
  return [...secrets];
}

/** The name of a reference that only the engine can fill. */
export const isLateReference = (name: string): boolean =>
  isRunReference(name) ||
  name === codeReference ||
  parseTaskReference(name) !== undefined ||
  parseSecretReference(name) !== undefined;

/** A part of a text, as it stands there: `source` of all parts is the text. */
export type TextPart =
  | { readonly kind: 'literal'; readonly source: string; readonly text: string }
  /** Dollars in pairs before a `{…}`: a pass that does not know `name` leaves `source` as it is. */
  | { readonly kind: 'escape'; readonly source: string; readonly name: string; readonly text: string }
  | { readonly kind: 'reference'; readonly source: string; readonly name: string }
  /** `${` without its `}`. */
  | { readonly kind: 'open'; readonly source: string };

/** The parts of a text, in order. Looking behind keeps a long row of dollars from being tried from each of them. */
export function* textParts(text: string): Generator<TextPart> {
  let end = 0;
  for (const match of text.matchAll(/(?<!\$)(\$+)\{(?:([^{}]*)(\}))?/g)) {
    const [source, dollars = '', name = '', close = ''] = match;
    if (match.index > end) yield literal(text.slice(end, match.index));
    end = match.index + source.length;
    const pairs = '$'.repeat(Math.floor(dollars.length / 2));
    if (dollars.length % 2 === 0) {
      yield { kind: 'escape', source, name, text: pairs + source.slice(dollars.length) };
      continue;
    }
    const reference = source.slice(dollars.length - 1);
    // The literal dollars belong to the reference's name: a pass that does not know it leaves them doubled.
    if (pairs !== '') yield { kind: 'escape', source: pairs + pairs, name, text: pairs };
    yield close === '' ? { kind: 'open', source: reference } : { kind: 'reference', source: reference, name };
  }
  if (end < text.length) yield literal(text.slice(end));
}

/**
 * The text with those references filled whose name `resolve` knows. All others stay as they are, and so do their escapes:
 * they are another pass's, or nobody's.
 */
export function fillReferences(text: string, resolve: (name: string) => string | undefined): string {
  if (!text.includes('${')) return text;
  let filled = '';
  for (const part of textParts(text)) {
    if (part.kind === 'literal' || part.kind === 'open') filled += part.source;
    else filled += fillPart(part, resolve(part.name));
  }
  return filled;
}

/** What a reference stands for when the engine has yet to fill that: a text for its `fillReferences`. */
export interface LateText {
  readonly late: string;
}

/**
 * The text with all but the late references filled; `resolve` throws for a name that it does not know. What comes out is
 * a text for the engine's `fillReferences`: literal text that reads like a late reference is escaped. `late` is such a text.
 */
export function fillEarlyReferences(text: string, resolve: (name: string) => string | LateText): string {
  let filled = '';
  let before = '';
  const append = (late: string): void => {
    // Dollars right before a reference are read in pairs.
    const text = escapeLate(before);
    filled += (late.startsWith('$') ? text.replace(/(?<!\$)\$+$/, (dollars) => dollars + dollars) : text) + late;
    before = '';
  };
  for (const part of textParts(text)) {
    if (part.kind === 'reference' && isLateReference(part.name)) append(part.source);
    else if (part.kind === 'reference') {
      const value = resolve(part.name);
      if (typeof value === 'string') before += value;
      else append(value.late);
    } else before += part.kind === 'open' ? part.source : part.text;
  }
  return filled + escapeLate(before);
}

/** A literal text for the engine's `fillReferences`, which then gives it back as it is. */
export const escapeLate = (text: string): string =>
  /\$\{(?:run\.|tasks\.|secret:)/.test(text)
    ? text.replace(lateLooking, (_, dollars: string) => dollars + dollars)
    : text;

/** Back from `escapeLate`. A late reference stands for nothing here. */
export const unescapeLate = (text: string): string =>
  fillReferences(text, (name) => (isLateReference(name) ? '' : undefined));

/** True when a part of the text is known only to the engine. */
export function hasLateReference(text: string): boolean {
  for (const part of textParts(text)) if (part.kind === 'reference' && isLateReference(part.name)) return true;
  return false;
}

const lateLooking = new RegExp(
  String.raw`(?<!\$)(\$+)(?=\{(?:run\.(?:id|outputs|checkpoints|code)|tasks\.[^{}]+(?:\.outputs|\.best\.parameters\.[^{}]+)|secret:${secretName})\})`,
  'g',
);

const literal = (text: string): TextPart => ({ kind: 'literal', source: text, text });

function fillPart(part: Extract<TextPart, { readonly name: string }>, value: string | undefined): string {
  if (value === undefined) return part.source;
  return part.kind === 'escape' ? part.text : value;
}
