/** Where what is named at a place is said: in the same file, or in one of the workspace. */
import type { Node } from 'jsonc-parser';
import path from 'node:path';
import type { DefinitionLink } from 'vscode-languageserver-types';
import type { EditedDocument } from '../editedDocument';
import { NavigationIndex } from './navigationIndex';
import type { Occurrence, RunPart, Span } from './runParts';
import { findDescribed, findSchemaProperty, type PlaceElsewhere } from './workspacePlaces';

/** Empty where nothing is named. `isTrusted`: files of the workspace may be looked at. */
export async function definitionsAt(
  document: EditedDocument,
  offset: number,
  isTrusted: boolean,
): Promise<DefinitionLink[]> {
  const index = NavigationIndex.of(document);
  const mention = index.mentionAt(offset);
  if (mention) {
    const here = definitionsOf(document, mention);
    if (here.length > 0 || !isTrusted || mention.thing.kind !== 'parameter') return here;
    return elsewhere(document, mention.whole, await findAlgorithmsParameter(document, mention));
  }
  const name = index.workspaceNameAt(offset);
  if (name) {
    const folder = isTrusted ? folderOf(document) : undefined;
    if (folder === undefined) return [];
    return elsewhere(document, name.whole, await findDescribed(name.kind, name.name, folder, versionOf(name.from)));
  }
  const lead = index.leadAt(offset);
  return lead ? [linkTo(document, lead.whole, lead.target)] : [];
}

function definitionsOf(document: EditedDocument, { thing, whole, of }: Occurrence): DefinitionLink[] {
  const declared = thing.occurrences.filter(({ isDeclaration }) => isDeclaration);
  if (thing.kind === 'parameter') {
    // Set several times: the value that counts here is that of the nearest.
    const key = of.findParameterKey(thing.path);
    const nearest = declared.find((each) => each.whole.start === key?.offset);
    if (nearest) return [link(document, whole, nearest, keySpan(document, nearest))];
  }
  if (declared.length > 0) return declared.map((each) => link(document, whole, each, keySpan(document, each)));
  // A member without a name.
  return thing.parts.map(({ node }) => linkTo(document, whole, node));
}

async function findAlgorithmsParameter(
  document: EditedDocument,
  { thing, of }: Occurrence,
): Promise<PlaceElsewhere | undefined> {
  const folder = folderOf(document);
  const algorithm = of.keys.get('algorithm');
  if (folder === undefined || algorithm?.type !== 'string') return undefined;
  return findSchemaProperty(String(algorithm.value), versionOf(of), folder, thing.path);
}

function versionOf(part: RunPart): string | undefined {
  const version = part.keys.get('version');
  return version?.type === 'string' ? String(version.value) : undefined;
}

const folderOf = ({ path: file }: EditedDocument): string | undefined =>
  file === undefined ? undefined : path.dirname(file);

function elsewhere(document: EditedDocument, whole: Span, found: PlaceElsewhere | undefined): DefinitionLink[] {
  if (!found) return [];
  const { uri, range, selection } = found;
  return [
    {
      originSelectionRange: rangeOf(document, whole),
      targetUri: uri,
      targetRange: range,
      targetSelectionRange: selection,
    },
  ];
}

/** To a key with what it holds, or to a value. */
const linkTo = (document: EditedDocument, whole: Span, target: Node): DefinitionLink =>
  link(document, whole, spanOf(target), target.parent?.type === 'property' ? spanOf(target.parent) : spanOf(target));

function keySpan(document: EditedDocument, { whole }: Occurrence): Span {
  const node = document.nodeAt(document.lines.positionAt(whole.start));
  return node?.parent?.type === 'property' ? spanOf(node.parent) : whole;
}

const link = (document: EditedDocument, whole: Span, selection: Span, target: Span): DefinitionLink => ({
  originSelectionRange: rangeOf(document, whole),
  targetUri: document.uri,
  targetRange: rangeOf(document, target),
  targetSelectionRange: rangeOf(document, selection),
});

const spanOf = ({ offset, length }: Node): Span => ({ start: offset, end: offset + length });

const rangeOf = (document: EditedDocument, { start, end }: Span): DefinitionLink['targetRange'] =>
  document.rangeOf({ offset: start, length: end - start });
