/** All that is wrong with a file of a workspace's `.sidelab` folder: algorithms, plugins, computes. */
import type { TSchema } from '@sinclair/typebox';
import { Errors } from '@sinclair/typebox/errors';
import { Check } from '@sinclair/typebox/value';
import { findNodeAtOffset } from 'jsonc-parser';
import { ComputeFileSchema } from '../../model/compute';
import { computeEditorSchema } from '../../model/editorSchema';
import { algorithmDescription } from '../algorithms/algorithmFile';
import { pluginDescription } from '../plugins/findPlugin';
import { findTooDeep, parseJsonTree, toValue, withoutByteOrderMark } from '../runFiles/jsonTree';
import type { RunFileProblem } from '../runFiles/runFileProblem';
import { findSchemaProblems } from '../runFiles/schemaProblems';
import { TextLines } from '../runFiles/textLines';
import { type Description, maxDescriptionCharacters } from './describedFiles';

const computeDescription: Description<TSchema> = { schema: ComputeFileSchema, editorSchema: computeEditorSchema };

type CheckFile = (text: string, path: string) => Promise<readonly RunFileProblem[]>;

const by =
  <S extends TSchema>(description: Description<S>): CheckFile =>
  async (text, path) =>
    checkText(text, path, description);

const checks: readonly (readonly [RegExp, CheckFile])[] = [
  [/(?:^|[\\/])\.sidelab[\\/]algorithms[\\/][^\\/]+\.jsonc?$/i, by(algorithmDescription)],
  [/(?:^|[\\/])\.sidelab[\\/]plugins[\\/][^\\/]+\.jsonc?$/i, by(pluginDescription)],
  [/(?:^|[\\/])\.sidelab[\\/]compute\.json$/i, by(computeDescription)],
];

/** In the order of the text. `path` says what the file is; undefined for one that is none of these. */
export async function checkDescription(text: string, path: string): Promise<readonly RunFileProblem[] | undefined> {
  return checks.find(([pattern]) => pattern.test(path))?.[1](text, path);
}

async function checkText<S extends TSchema>(
  text: string,
  path: string,
  { schema, editorSchema, check }: Description<S>,
): Promise<readonly RunFileProblem[]> {
  const plain = withoutByteOrderMark(text);
  const lines = new TextLines(plain, path);
  const at = (offset: number, code: string, message: string): RunFileProblem => {
    return { code, message, keyPath: [], severity: 'error', ...lines.placeAt(offset), offset, length: 1 };
  };
  if (plain.length > maxDescriptionCharacters) {
    return [at(0, 'too-large', `This has more than ${maxDescriptionCharacters / 1024} KiB.`)];
  }
  const tooDeep = findTooDeep(plain);
  if (tooDeep !== undefined) return [at(tooDeep, 'too-deep', 'This nests too deeply.')];
  const root = parseJsonTree(plain);
  // An empty file of computes describes none.
  if (!root && plain.trim() === '') return check ? [at(0, 'empty-file', 'The file is empty.')] : [];
  const problems = await findSchemaProblems(lines, editorSchema(), { lines, root });
  if (root && !problems.some(({ severity }) => severity === 'error')) {
    const { value } = toValue(root);
    if (!Check(schema, value)) {
      const left = Errors(schema, value).First();
      problems.push(at(0, 'not-accepted', `${left?.path ?? ''}: ${left?.message ?? 'This is not what it should be'}.`));
    } else {
      const wrong = check?.(value, plain);
      if (wrong) {
        const { length = 1 } = findNodeAtOffset(root, wrong.offset) ?? {};
        problems.push({ ...at(wrong.offset, 'bad-reference', wrong.message), keyPath: wrong.keyPath, length });
      }
    }
  }
  return problems.sort((a, b) => a.offset - b.offset);
}
