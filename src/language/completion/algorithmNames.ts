/** Completes the names of the workspace's algorithms and plugins, and the versions of an algorithm. */
import { findNodeAtLocation } from 'jsonc-parser';
import path from 'node:path';
import type { CompletionItem } from 'vscode-languageserver-types';
import { listAlgorithms } from '../../core/algorithms/findAlgorithm';
import { listPlugins } from '../../core/plugins/findPlugin';
import { compareVersions } from '../../model/version';
import type { LanguageFeature, Place } from '../feature';
import { type Cursor, cursorAt, textAt } from '../runAround';
import { nameItems, type NameToOffer } from './nameItems';

export const algorithmNames: LanguageFeature = {
  async complete({ document, offset }: Place): Promise<readonly CompletionItem[]> {
    const cursor = cursorAt(document, offset);
    if (cursor.isKey || document.path === undefined) return [];
    const folder = path.dirname(document.path);
    const names = await namesFor(cursor, folder, () => {
      const run = document.root && findNodeAtLocation(document.root, [...cursor.at]);
      return textAt(run, 'algorithm');
    });
    return nameItems(document, cursor.range, names);
  },
};

async function namesFor(
  { rest }: Cursor,
  folder: string,
  chosen: () => string | undefined,
): Promise<readonly NameToOffer[]> {
  if (rest.length === 1 && rest[0] === 'algorithm') return algorithmsOf(folder);
  if (rest.length === 1 && rest[0] === 'version') return versionsOf(folder, chosen());
  const isPlugin = rest[0] === 'plugins' && (rest.length === 2 || (rest.length === 3 && rest[2] === 'name'));
  return isPlugin ? pluginsOf(folder) : [];
}

async function algorithmsOf(folder: string): Promise<readonly NameToOffer[]> {
  const highest = new Map<string, { readonly version: string; readonly description: string | undefined }>();
  for (const { content } of await listAlgorithms(folder)) {
    const { name, version, description } = content;
    const before = highest.get(name);
    if (!before || compareVersions(version, before.version) > 0) highest.set(name, { version, description });
  }
  return Array.from(highest, ([name, { version, description }]) => ({
    name,
    detail: version,
    ...(description === undefined ? {} : { documentation: description }),
  })).sort((a, b) => a.name.localeCompare(b.name));
}

/** The highest first. */
async function versionsOf(folder: string, algorithm: string | undefined): Promise<readonly NameToOffer[]> {
  const files = await listAlgorithms(folder);
  return files
    .filter(({ content }) => content.name === algorithm)
    .sort((a, b) => compareVersions(b.content.version, a.content.version))
    .map(({ content, path: file }) => ({ name: content.version, detail: path.basename(file) }));
}

async function pluginsOf(folder: string): Promise<readonly NameToOffer[]> {
  const plugins = await listPlugins(folder);
  return plugins.map(({ content, path: file }) => ({ name: content.name, detail: path.basename(file) }));
}
