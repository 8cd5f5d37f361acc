/**
 * What trials are called: what differs between them, `lr=0.1 seed=3`.
 *
 * A name is made in view of the ones before it alone. Trials that are added at the end leave the names of the others as
 * they are, as long as they vary the same paths.
 */
import { canonicalJson } from './canonicalJson';

const nameMaxLength = 200;
const labelMaxLength = 60;

/** How much of a value is written, from short to long; more is taken only to tell a name from one before it. */
const details = [
  { digits: 4, characters: 32 },
  { digits: 7, characters: 64 },
  { digits: 17, characters: 120 },
] as const;
type Detail = (typeof details)[number];

/** A name for each trial, in order. `varying` are paths that belong to the names even where all values are equal. */
export function trialNames(
  trials: readonly ReadonlyMap<string, unknown>[],
  varying: ReadonlySet<string> = new Set(),
): string[] {
  const labels = pathLabels(namedPaths(trials, varying));
  /** Whose name it is: its values. */
  const owners = new Map<string, string>();
  const lastNumbers = new Map<string, number>();
  return trials.map((values) => {
    const named = [...labels].filter(([path]) => values.has(path));
    const write = (detail: Detail): string =>
      named.length === 0
        ? 'unchanged'
        : fitted(named.map(([path, label]) => `${label}=${valueText(values.get(path), detail)}`));
    const key = canonicalJson(Object.fromEntries(values));
    const free = details.map(write).find((name) => !owners.has(name) || owners.get(name) === key) ?? write(details[2]);
    const name = numbered(free, owners, lastNumbers);
    owners.set(name, key);
    return name;
  });
}

/** In the order of their first trial. Where nothing differs, as in a single trial, all paths are named. */
function namedPaths(trials: readonly ReadonlyMap<string, unknown>[], varying: ReadonlySet<string>): readonly string[] {
  const seen = new Map<string, { readonly values: Set<string>; trials: number }>();
  for (const trial of trials) {
    for (const [path, value] of trial) {
      const entry = seen.get(path) ?? { values: new Set(), trials: 0 };
      entry.values.add(canonicalJson(value));
      entry.trials++;
      seen.set(path, entry);
    }
  }
  const all = [...seen.keys()];
  const differing = all.filter((path) => {
    const { values, trials: count } = seen.get(path) ?? { values: new Set(), trials: 0 };
    return varying.has(path) || values.size > 1 || count < trials.length;
  });
  return differing.length > 0 ? differing : all;
}

/** By the last part of each path, or by as many more as it takes to tell it from the others. */
function pathLabels(paths: readonly string[]): ReadonlyMap<string, string> {
  const suffix = (path: string, parts: number): string => path.split('.').slice(-parts).join('.');
  return new Map(
    paths.map((path) => {
      const length = path.split('.').length;
      let parts = 1;
      while (parts < length && paths.some((other) => other !== path && suffix(other, parts) === suffix(path, parts))) {
        parts++;
      }
      return [path, cut(oneLine(suffix(path, parts)), labelMaxLength)];
    }),
  );
}

function valueText(value: unknown, { digits, characters }: Detail): string {
  if (typeof value === 'number') return numberText(value, digits);
  const text = typeof value === 'string' ? wordText(value) : JSON.stringify(value);
  return cut(text, characters);
}

/** As it is when it is short, or whole; else with so many digits. */
function numberText(value: number, digits: number): string {
  const whole = String(value);
  if (whole.length <= (Number.isInteger(value) ? 12 : 8) || digits >= 17) return whole;
  const rounded = String(Number(value.toPrecision(digits)));
  return rounded.length < whole.length ? rounded : whole;
}

/** Quoted where its end could not be seen, or where it would break the line. */
const wordText = (text: string): string =>
  text === '' || /[\s"=\p{Cc}\p{Cf}\u2028\u2029]/u.test(text) ? oneLine(JSON.stringify(text)) : text;

/** With invisible characters written out: they would make names look alike, or turn the text around. */
const oneLine = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);

/** The beginning and the end of a long text: names of files differ at either. Never half a character. */
function cut(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const ahead = Math.ceil((maxLength - 1) / 2);
  const behind = text.length - Math.floor((maxLength - 1) / 2);
  return `${beginning(text, ahead)}…${text.slice(isInside(text, behind) ? behind + 1 : behind)}`;
}

/** As many of the parts as a name may hold; `…` for the others. */
function fitted(parts: readonly string[], maxLength = nameMaxLength): string {
  const whole = parts.join(' ');
  if (whole.length <= maxLength) return whole;
  let name = '';
  for (const part of parts) {
    const longer = name === '' ? part : `${name} ${part}`;
    if (longer.length > maxLength - 2) break;
    name = longer;
  }
  return name === '' ? cut(whole, maxLength) : `${name} …`;
}

/** The name, or with the first number that makes it one of its own. `last` keeps where a row of equal names has got to. */
function numbered(name: string, owners: ReadonlyMap<string, string>, last: Map<string, number>): string {
  if (!owners.has(name)) return name;
  for (let number = (last.get(name) ?? 1) + 1; ; number++) {
    const numberedName = withNumber(name, number);
    if (owners.has(numberedName)) continue;
    last.set(name, number);
    return numberedName;
  }
}

function withNumber(name: string, number: number): string {
  const suffix = ` #${number}`;
  return beginning(name, nameMaxLength - suffix.length) + suffix;
}

const beginning = (text: string, length: number): string => text.slice(0, isInside(text, length) ? length - 1 : length);

/** True between the two halves of a character. */
const isInside = (text: string, index: number): boolean =>
  /^[\uD800-\uDBFF][\uDC00-\uDFFF]/.test(text.slice(index - 1));
