/** What a comparison of two runs says: in parts, each as sentences for a terminal and as texts for a diff editor. */
import type { Run } from '../../model/run';

export type PartState = 'equal' | 'differs' | 'unknown';

/** A text of each run; absent where one of them has no such thing. */
export interface ComparedText {
  /** As a file would be called: the editor tells its language by it. */
  readonly name: string;
  readonly before?: string;
  readonly now?: string;
}

export const partTitles = {
  parameters: 'parameters',
  command: 'command',
  runFile: 'run file',
  environment: 'environment',
  code: 'code',
  inputs: 'inputs',
  metrics: 'metrics',
} as const;
export type PartName = keyof typeof partTitles;

export interface ComparedPart {
  readonly name: PartName;
  readonly state: PartState;
  /** What differs, a line each: "lr: 0.1 → 0.01". */
  readonly changes: readonly string[];
  /** What is not known, or not compared. */
  readonly note?: string;
  /** Those that differ. */
  readonly texts: readonly ComparedText[];
  /** As git writes it, where there is that. */
  readonly unified?: string;
}

export interface Comparison {
  readonly before: Run;
  readonly now: Run;
  readonly parts: readonly ComparedPart[];
}

/** "Equal: command, run file. Different: parameters, code. Not known: environment." */
export function summarize({ parts }: Pick<Comparison, 'parts'>): string {
  const kinds = [
    ['Different', 'differs'],
    ['Equal', 'equal'],
    ['Not known', 'unknown'],
  ] as const;
  return kinds
    .flatMap(([word, state]) => {
      const names = parts.filter((part) => part.state === state).map(({ name }) => partTitles[name]);
      return names.length === 0 ? [] : [`${word}: ${names.join(', ')}.`];
    })
    .join(' ');
}
