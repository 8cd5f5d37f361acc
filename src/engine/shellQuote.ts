/** A word that a POSIX shell takes as it is. */
export const quoteForShell = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;
