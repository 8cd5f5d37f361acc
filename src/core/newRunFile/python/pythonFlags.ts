/** What a Python program takes on its command line, whichever library reads it. */

export interface PythonOption {
  /** As a parameter of a run file: what `${parameters:flags}` puts two dashes before, or a key of hydra's. */
  readonly name: string;
  /** Undefined where it has none, or where only the program knows it. */
  readonly value: { readonly value: unknown } | undefined;
  /** Fails without it. */
  readonly isRequired: boolean;
  /** Stands there as a comment: given as a parameter it would change what the program does by itself. */
  readonly isOff: boolean;
  readonly comment: string;
}

/** Words that stand by themselves: positional arguments, and options without a long name. */
export interface PythonWord {
  readonly words: readonly string[];
  readonly comment: string;
}

export interface PythonCommand {
  /** Of a program that has several, such as `train`. */
  readonly name: string | undefined;
  readonly options: readonly PythonOption[];
  readonly words: readonly PythonWord[];
}

export interface PythonProgram {
  /** `argparse`, `hydra`: for people. */
  readonly library: string;
  /** How it reads its parameters. */
  readonly form: 'flags' | 'overrides';
  /** The options that stand before the name of a command, and at least one command. */
  readonly commands: readonly [PythonCommand, ...PythonCommand[]];
}

/** What an option without a value of its own is written as, for its reader to replace. */
export function placeholderOf(type: string | undefined, choices: readonly unknown[]): unknown {
  if (choices.length > 0) return choices[0];
  if (type === 'int' || type === 'float') return 0;
  return '';
}

/** "Step size. one of 1, 2" is no sentence: facts follow a semicolon. */
export function commentOf(help: string | undefined, facts: readonly (string | undefined)[]): string {
  const said = facts.filter((fact): fact is string => fact !== undefined && fact !== '');
  const plain = (help ?? '').replaceAll(/\s+/g, ' ').trim();
  if (plain === '' || said.length === 0) return plain + said.join('; ');
  return `${plain.replace(/[.\s]+$/, '')}; ${said.join('; ')}`;
}

export const choicesFact = (choices: readonly unknown[]): string | undefined =>
  choices.length === 0 ? undefined : `one of ${choices.map((choice) => JSON.stringify(choice)).join(', ')}`;
