/** What is looked for in an output, and the lines in which it stands. */
import { type Static, Type } from '@sinclair/typebox';
import { Failure } from '../base/failure';

export const OutputPatternSchema = Type.Object({
  text: Type.String({ minLength: 1, maxLength: 1000 }),
  /** The text is a regular expression as JavaScript has them, for one line at a time. */
  isRegex: Type.Boolean(),
  matchCase: Type.Boolean(),
});
export type OutputPattern = Static<typeof OutputPatternSchema>;

export const FoundLineSchema = Type.Object({
  /** Byte offset in the output at which the line begins; of a very long line, the part of it that was found in. */
  position: Type.Integer(),
  /** Counts from 1, from the beginning of the output. */
  line: Type.Integer(),
  /** Without colours, and of a long line what is around the place that was found. */
  text: Type.String(),
  /** Of what was found, in `text`. */
  column: Type.Integer(),
  length: Type.Integer(),
});
export type FoundLine = Static<typeof FoundLineSchema>;

/** Finds every place of the pattern (flag `g`). Throws `InvalidInput` for what is no regular expression. */
export function patternExpression({ text, isRegex, matchCase }: OutputPattern): RegExp {
  const flags = matchCase ? 'g' : 'gi';
  // No line has one.
  if (!isRegex && text.includes('\n')) return /(?!)/g;
  if (!isRegex) return new RegExp(text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`), flags);
  try {
    return new RegExp(text, flags);
  } catch (error) {
    const said =
      error instanceof Error
        ? error.message.replace(/^Invalid regular expression: (?:\/.*\/[a-z]*: )?/s, '')
        : String(error);
    throw new Failure('InvalidInput', `This is no regular expression: ${said}.`, {
      hint: 'Mend it, or look for the text as it is.',
      cause: error,
    });
  }
}
