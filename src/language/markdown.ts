/** Texts of others in markdown: shown as they are, whatever they contain. */
import { visibleControls } from '../model/plainText';

/** They turn the direction of what follows, or are not seen at all: a name would look like another. */
const invisible = /[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu;

/** Runs of white space become one space: a table's cell and a list's item are single lines. */
const oneLine = (text: string): string => visibleControls(text.replace(/\s+/g, ' ')).replace(invisible, '\ufffd');

export const plain = (text: string): string =>
  oneLine(text).replace(/[\\`*_{}[\]()#+\-.!~|<>&$^:@]/g, (character) => `&#${character.codePointAt(0) ?? 32};`);

/** In the type of a program's text; the fence is longer than any run of back-ticks in it. */
export function code(text: string): string {
  const line = oneLine(text);
  const longest = Math.max(0, ...Array.from(line.matchAll(/`+/g), ([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  const space = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${fence}${space}${line}${space}${fence}`;
}
