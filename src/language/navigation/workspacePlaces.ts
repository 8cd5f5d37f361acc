/**
 * Where the files of a workspace's `.sidelab` describe what a run file names. Broken files too: one is gone to in order to
 * mend it.
 */
import type { Node } from 'jsonc-parser';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Range } from 'vscode-languageserver-types';
import { hasErrorCode } from '../../base/failure';
import { algorithmsFolder } from '../../core/algorithms/findAlgorithm';
import { computeFile } from '../../core/compute/findCompute';
import { pluginsFolder } from '../../core/plugins/findPlugin';
import { findKeyNode, withoutByteOrderMark } from '../../core/runFiles/jsonTree';
import { valueOf } from '../../core/runFiles/taskWaits';
import { findFolderAbove } from '../../core/workspace/describedFiles';
import { compareVersions } from '../../model/version';
import { EditedDocument } from '../editedDocument';

export interface PlaceElsewhere {
  readonly uri: string;
  /** All that is said there. */
  readonly range: Range;
  /** Its name. */
  readonly selection: Range;
}

/** `folder` is the run file's. Of an algorithm that is asked for without a version the highest. */
export async function findDescribed(
  kind: 'algorithm' | 'compute' | 'plugin',
  name: string,
  folder: string,
  version?: string,
): Promise<PlaceElsewhere | undefined> {
  if (kind === 'compute') return findComputeKey(name, folder);
  const file = await findFile(kind, name, folder, version);
  const node = file?.root && valueOf(file.root, 'name');
  return file && node && { uri: file.uri, range: file.rangeOf(node), selection: file.rangeOf(node) };
}

/** Where the schema of an algorithm describes a parameter, or the nearest that holds it. */
export async function findSchemaProperty(
  algorithm: string,
  version: string | undefined,
  folder: string,
  parameter: string,
): Promise<PlaceElsewhere | undefined> {
  const file = await findFile('algorithm', algorithm, folder, version);
  const schema = file?.root && valueOf(file.root, 'parameters');
  if (!file || !schema) return undefined;
  const keyPath = parameter.split('.').flatMap((name) => ['properties', name]);
  const key = findKeyNode(schema, keyPath);
  if (!key || key.value !== keyPath.at(-1)) return undefined;
  return { uri: file.uri, range: file.rangeOf(key.parent ?? key), selection: file.rangeOf(key) };
}

async function findFile(
  kind: 'algorithm' | 'plugin',
  name: string,
  folder: string,
  version: string | undefined,
): Promise<EditedDocument | undefined> {
  const nearest = await findFolderAbove(folder, kind === 'algorithm' ? algorithmsFolder : pluginsFolder);
  const names = (nearest?.names ?? []).filter((each) => /\.jsonc?$/i.test(each)).sort();
  const files = await Promise.all(names.map(async (each) => readDocument(path.join(nearest?.folder ?? '', each))));
  const named = files.flatMap((file) => (file?.root && textOf(file.root, 'name') === name ? [file] : []));
  const highestFirst = named.toSorted((a, b) => compareVersions(versionOf(b), versionOf(a)));
  // What another file says of it is better than nothing, where the version is none.
  return highestFirst.find((file) => version === undefined || versionOf(file) === version) ?? highestFirst[0];
}

async function findComputeKey(name: string, folder: string): Promise<PlaceElsewhere | undefined> {
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    const file = await readDocument(path.join(at, computeFile));
    if (file) {
      const key = findKeyNode(file.root, [name]);
      if (!key || key.value !== name) return undefined;
      return { uri: file.uri, range: file.rangeOf(key.parent ?? key), selection: file.rangeOf(key) };
    }
    if (path.dirname(at) === at) return undefined;
  }
}

/** A longer file is no description. */
const maxCharacters = 1024 * 1024;

async function readDocument(file: string): Promise<EditedDocument | undefined> {
  try {
    const text = withoutByteOrderMark(await readFile(file, 'utf8'));
    return text.length > maxCharacters ? undefined : new EditedDocument(pathToFileURL(file).href, text);
  } catch (error) {
    if (!hasErrorCode(error, 'ENOENT', 'ENOTDIR', 'EACCES', 'EISDIR', 'ELOOP')) throw error;
    return undefined;
  }
}

const versionOf = (file: EditedDocument): string => (file.root && textOf(file.root, 'version')) ?? '0';

function textOf(object: Node, key: string): string | undefined {
  const node = valueOf(object, key);
  return node?.type === 'string' ? String(node.value) : undefined;
}
