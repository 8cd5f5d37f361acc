/** A command for the eye, not for a shell: arguments with blanks are told apart. */
export const commandText = (command: readonly string[]): string => command.map(quoteForReading).join(' ');

const quoteForReading = (argument: string): string =>
  /^[^\s"']+$/.test(argument) ? argument : JSON.stringify(argument);
