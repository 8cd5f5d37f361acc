/** What a filter finds in a text, for the eye: the text with its matches in `<mark>`. */
import { html, type TemplateResult } from 'lit';

/** Begin and end of a match. */
export type TextRange = readonly [from: number, to: number];

/** Finds a text as it was typed, in small letters or capitals; undefined finds nothing, and is no filter. */
export const patternOf = (filter: string): RegExp | undefined =>
  filter === '' ? undefined : new RegExp(filter.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`), 'giu');

export function rangesIn(text: string, pattern: RegExp | undefined): readonly TextRange[] {
  return pattern ? Array.from(text.matchAll(pattern), ({ index, 0: found }) => [index, index + found.length]) : [];
}

export function marked(text: string, ranges: readonly TextRange[]): string | TemplateResult {
  if (ranges.length === 0) return text;
  const parts: (string | TemplateResult)[] = [];
  let at = 0;
  for (const [from, to] of ranges) {
    parts.push(text.slice(at, from), html`<mark>${text.slice(from, to)}</mark>`);
    at = to;
  }
  return html`${parts}${text.slice(at)}`;
}
