/** How many columns of a fixed-width font a text takes, and texts cut to that. */
import { characterWidth } from '../../../model/characterWidth';

export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += characterWidth(character.codePointAt(0) ?? 0);
  return width;
}

/** Cut in the middle: names that begin alike often differ at their ends. */
export function shortened(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  const characters = [...text];
  const head = taken(characters, Math.ceil((columns - 1) / 2));
  const tail = taken(characters.toReversed(), Math.floor((columns - 1) / 2));
  return `${head.join('')}…${tail.toReversed().join('')}`;
}

function taken(characters: readonly string[], columns: number): readonly string[] {
  let width = 0;
  const end = characters.findIndex((character) => (width += characterWidth(character.codePointAt(0) ?? 0)) > columns);
  return end < 0 ? characters : characters.slice(0, end);
}
