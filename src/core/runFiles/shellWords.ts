/** Words as a person would type them in a shell. */

export const quotedWord = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;

export const quotedCommand = (words: readonly string[]): string => words.map(quotedWord).join(' ');
