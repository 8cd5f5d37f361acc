/**
 * What the editor's JSON service finds in a text by a schema: syntax and content. Run files, and parameters by the schema
 * of their algorithm, are checked here alike, so that messages and places are those of the editor's squiggles.
 */
import type { ASTNode, Diagnostic, JSONSchema, LanguageService } from 'vscode-json-languageservice';
import type { KeyPath, RunFileProblem } from './runFileProblem';
import type { TextLines } from './textLines';

const severityError = 1;

/** In no order. A schema that the service cannot follow (a reference to nothing) says so as a warning. */
export async function findSchemaProblems(lines: TextLines, schema: JSONSchema): Promise<RunFileProblem[]> {
  const { getLanguageService } = await import('vscode-json-languageservice');
  const service: LanguageService = getLanguageService({});
  const tree = service.parseJSONDocument(lines);
  const diagnostics = await service.doValidation(
    lines,
    tree,
    { comments: 'ignore', trailingCommas: 'ignore', schemaValidation: 'error' },
    schema,
  );
  return diagnostics.map((diagnostic) => {
    const offset = lines.offsetAt(diagnostic.range.start);
    const length = Math.max(1, lines.offsetAt(diagnostic.range.end) - offset);
    return fromDiagnostic(diagnostic, { ...lines.placeAt(offset), offset, length }, keyPathAt(tree, offset));
  });
}

type Place = Pick<RunFileProblem, 'line' | 'column' | 'offset' | 'length'>;

function fromDiagnostic({ message, severity }: Diagnostic, place: Place, keyPath: KeyPath): RunFileProblem {
  return {
    message: typeof message === 'string' ? message : message.value,
    keyPath,
    severity: severity === undefined || severity === severityError ? 'error' : 'warning',
    bySchema: true,
    ...place,
  };
}

function keyPathAt(tree: ReturnType<LanguageService['parseJSONDocument']>, offset: number): KeyPath {
  const keyPath: (string | number)[] = [];
  let node: ASTNode | undefined = tree.getNodeFromOffset(offset);
  while (node) {
    const parent: ASTNode | undefined = node.parent;
    if (node.type === 'property') keyPath.unshift(node.keyNode.value);
    else if (parent?.type === 'array') keyPath.unshift(parent.items.indexOf(node));
    node = parent;
  }
  return keyPath;
}
