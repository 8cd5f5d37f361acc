/**
 * What the editor's JSON service finds in a text by a schema: syntax and content. Run files, and parameters by the schema
 * of their algorithm, are checked here alike, at the places of the editor's squiggles.
 */
import type { ASTNode, Diagnostic, JSONSchema, LanguageService } from 'vscode-json-languageservice';
import type { KeyPath, RunFileProblem } from './runFileProblem';
import { inOwnWords } from './schemaWords';
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
  const names = diagnostics.length > 0 ? namesIn(schema) : new Set<string>();
  return diagnostics.map((diagnostic) => {
    const offset = lines.offsetAt(diagnostic.range.start);
    const length = Math.max(1, lines.offsetAt(diagnostic.range.end) - offset);
    return fromDiagnostic(diagnostic, names, { ...lines.placeAt(offset), offset, length }, keyPathAt(tree, offset));
  });
}

type Place = Pick<RunFileProblem, 'line' | 'column' | 'offset' | 'length'>;

function fromDiagnostic(
  { message, severity }: Diagnostic,
  names: ReadonlySet<string>,
  place: Place,
  keyPath: KeyPath,
): RunFileProblem {
  return {
    ...inOwnWords(typeof message === 'string' ? message : message.value, names),
    keyPath,
    severity: severity === undefined || severity === severityError ? 'error' : 'warning',
    bySchema: true,
    ...place,
  };
}

/** The keys that the schema knows, at any depth. */
function namesIn(schema: JSONSchema): Set<string> {
  const names = new Set<string>();
  // The service has put in place what references stand for: there may be circles.
  const seen = new Set<unknown>();
  const parts: unknown[] = [schema];
  for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
    if (typeof part !== 'object' || part === null || seen.has(part)) continue;
    seen.add(part);
    const entries: readonly [string, unknown][] = Object.entries(part);
    for (const [key, value] of entries) {
      if (key === 'properties' && typeof value === 'object' && value !== null) {
        for (const name of Object.keys(value)) names.add(name);
      }
      parts.push(value);
    }
  }
  return names;
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
