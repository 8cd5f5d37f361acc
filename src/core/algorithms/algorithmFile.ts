/** What the file of an algorithm must be: its schema, and that the references in its schema of parameters lead somewhere. */
import { type Algorithm, AlgorithmSchema, algorithmEditorSchema } from '../../model/algorithm';
import type { DescribedFile, Description } from '../workspace/describedFiles';
import { findBadReference } from './parameterSchema';

export type AlgorithmFile = DescribedFile<Algorithm>;

export const algorithmDescription: Description<typeof AlgorithmSchema> = {
  schema: AlgorithmSchema,
  editorSchema: algorithmEditorSchema,
  check: ({ parameters }, text) => findParametersProblem(parameters, text),
};

/** Also of other files that describe parameters. */
export function findParametersProblem(
  parameters: Readonly<Record<string, unknown>>,
  text: string,
): { readonly message: string; readonly offset: number; readonly keyPath: readonly string[] } | undefined {
  const reference = findBadReference(parameters);
  if (reference === undefined) return undefined;
  const message = `The reference ${JSON.stringify(reference)} leads nowhere in this schema; only such as "#/definitions/…" are followed.`;
  return { message, offset: Math.max(0, text.indexOf(JSON.stringify(reference))), keyPath: ['parameters'] };
}
