/** From a name in a run file to what it means, and to everywhere that it is meant. */
import { isRunFilePath } from '../../core/runFiles/runFilePath';
import type { LanguageFeature } from '../feature';
import { definitionsAt } from './definitions';
import { linksIn } from './documentLinks';
import { highlightsAt, referencesAt } from './references';
import { renameAt, renamedAt } from './rename';
import { taskHoverAt } from './taskHover';

/** UTF-16 units. In a longer text an editor highlights equal words, and looks for names with each key. */
const longestHighlighted = 250_000;

export const navigation: LanguageFeature = {
  hover: async ({ document, offset }) =>
    Promise.resolve(isRunFilePath(document.uri) ? taskHoverAt(document, offset) : undefined),
  definition: async ({ document, offset }, { environment }) =>
    isRunFilePath(document.uri) ? definitionsAt(document, offset, environment !== undefined) : [],
  references: async ({ document, offset, withDeclaration }) =>
    Promise.resolve(isRunFilePath(document.uri) ? referencesAt(document, offset, withDeclaration) : []),
  highlights: async ({ document, offset }) =>
    Promise.resolve(
      isRunFilePath(document.uri) && document.text.length <= longestHighlighted ? highlightsAt(document, offset) : [],
    ),
  // `async` makes a rejection of what they throw.
  prepareRename: async ({ document, offset }) =>
    isRunFilePath(document.uri) ? renamedAt(document, offset) : undefined,
  rename: async ({ document, offset, newName }) =>
    isRunFilePath(document.uri) ? renameAt(document, offset, newName) : undefined,
  links: async (document, { environment }) =>
    isRunFilePath(document.uri) && environment !== undefined ? linksIn(document) : [],
};
