/**
 * What the editor's JSON service finds in a text by a schema: syntax and content. Run files, and parameters by the schema
 * of their algorithm, are checked here alike, at the places of the editor's squiggles.
 */
import { findNodeAtOffset, getNodePath, type Node } from 'jsonc-parser';
import type { Diagnostic, JSONSchema, LanguageService } from 'vscode-json-languageservice';
import { type Mend, toFixes } from './check/mend';
import { type Refused, schemaMends } from './check/schemaMends';
import { parseJsonTree } from './jsonTree';
import { lazily } from './once';
import type { RunFileProblem } from './runFileProblem';
import { inOwnWords } from './schemaWords';
import type { TextLines } from './textLines';

/** What would mend it is known before the text is that it is done in, which may be another one. */
export interface SchemaProblem extends RunFileProblem {
  readonly mends?: () => readonly Mend[];
}

const severityError = 1;

/**
 * In no order. A schema that the service cannot follow (a reference to nothing) says so as a warning. `written` is what
 * places are told by, where the text that is validated has been made from another, offset by offset.
 */
export async function findSchemaProblems(
  lines: TextLines,
  schema: JSONSchema,
  written: { readonly lines: TextLines; readonly root: Node | undefined } = { lines, root: undefined },
): Promise<SchemaProblem[]> {
  const { getLanguageService } = await import('vscode-json-languageservice');
  const service: LanguageService = getLanguageService({});
  const tree = service.parseJSONDocument(lines);
  const diagnostics = await service.doValidation(
    lines,
    tree,
    { comments: 'ignore', trailingCommas: 'ignore', schemaValidation: 'error' },
    schema,
  );
  if (diagnostics.length === 0) return [];
  const names = namesIn(schema);
  const root = written.root ?? parseJsonTree(written.lines.text);
  return diagnostics.map((diagnostic) => {
    const offset = lines.offsetAt(diagnostic.range.start);
    const length = Math.max(1, lines.offsetAt(diagnostic.range.end) - offset);
    const node = root && findNodeAtOffset(root, offset);
    const keyPath = node ? getNodePath(node) : [];
    return {
      ...fromDiagnostic(diagnostic, names),
      keyPath,
      ...written.lines.placeAt(offset),
      offset,
      length,
      ...(node ? mendable({ diagnostic, node, keyPath, schema }, written.lines.text) : {}),
    };
  });
}

function mendable(
  { diagnostic, ...refused }: Omit<Refused, 'message'> & { readonly diagnostic: Diagnostic },
  text: string,
): Pick<SchemaProblem, 'mends' | 'findFixes'> {
  const mends = lazily(() => schemaMends({ message: messageOf(diagnostic), ...refused }));
  return { mends, findFixes: lazily(() => toFixes(mends(), refused.node, text)) };
}

const messageOf = ({ message }: Diagnostic): string => (typeof message === 'string' ? message : message.value);

function fromDiagnostic(
  diagnostic: Diagnostic,
  names: ReadonlySet<string>,
): Pick<RunFileProblem, 'message' | 'hint' | 'code' | 'severity' | 'bySchema'> {
  const { severity, code } = diagnostic;
  const message = messageOf(diagnostic);
  return {
    code: codeOf(message, code),
    ...inOwnWords(message, names),
    severity: severity === undefined || severity === severityError ? 'error' : 'warning',
    bySchema: true,
  };
}

/** From here on the service's codes are of the text as JSON, and not of what a schema refuses. */
const firstSyntaxCode = 0x100;
const schemaResolveCode = 0x300;

function codeOf(message: string, code: Diagnostic['code']): string {
  if (message === 'Duplicate object key') return 'duplicate-key';
  if (code === schemaResolveCode) return 'schema-unresolved';
  if (typeof code === 'number' && code >= firstSyntaxCode) return 'syntax';
  if (/^Property [^]* is not allowed\.$/.test(message)) return 'unknown-key';
  if (message.startsWith('Missing property ')) return 'missing-key';
  if (message.startsWith('Incorrect type.')) return 'wrong-type';
  return 'not-accepted';
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
