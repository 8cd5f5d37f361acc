/** The text, or its beginning with an ellipsis: names and values may be of any length. */
export function shortText(text: string, most: number): string {
  const characters = Array.from(text.slice(0, most * 2));
  return characters.length > most || text.length > most * 2 ? `${characters.slice(0, most - 1).join('')}…` : text;
}
