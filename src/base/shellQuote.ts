/** Words for a POSIX shell. */

/** A word that a POSIX shell takes as it is. */
export const quoteForShell = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

/** A command as one types it: only what a shell would change is quoted. */
export const commandLine = (words: readonly string[]): string =>
  words.map((word) => (/^[\w@%+:,./-]+$/.test(word) ? word : quoteForShell(word))).join(' ');
