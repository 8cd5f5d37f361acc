/** Finds a plugin by its name: in the nearest folder at or above the run file's that has `.sidelab/plugins`. */
import path from 'node:path';
import { type Plugin, pluginEditorSchema, PluginSchema } from '../../model/plugin';
import { findParametersProblem } from '../algorithms/algorithmFile';
import { meant, ProblemFailure } from '../runFiles/problemFailure';
import {
  type DescribedFile,
  type Description,
  findFolderAbove,
  readDescribedFolder,
} from '../workspace/describedFiles';

export const pluginsFolder = path.join('.sidelab', 'plugins');

export const pluginDescription: Description<typeof PluginSchema> = {
  schema: PluginSchema,
  editorSchema: pluginEditorSchema,
  check: ({ parameters }, text) => (parameters ? findParametersProblem(parameters, text) : undefined),
};

/** Those that a run file of `folder` (absolute) can name; without those that are broken. */
export async function listPlugins(folder: string): Promise<readonly DescribedFile<Plugin>[]> {
  const nearest = await findFolderAbove(folder, pluginsFolder);
  const files = nearest ? await readDescribedFolder(nearest, pluginDescription) : [];
  return files.filter((file) => 'content' in file);
}

/** `folder` is the run file's, absolute. Throws `InvalidInput`, without a place: that is the caller's. */
export async function findPlugin(name: string, folder: string): Promise<DescribedFile<Plugin>> {
  const nearest = await findFolderAbove(folder, pluginsFolder);
  if (!nearest) {
    throw new ProblemFailure('unknown-plugin', `There is no plugin ${JSON.stringify(name)}.`, {
      hint: `No folder from ${folder} upwards has ${pluginsFolder}, where plugins are described.`,
    });
  }
  const files = await readDescribedFolder(nearest, pluginDescription);
  const whole = files.filter((file) => 'content' in file);
  const [first, second] = whole.filter(({ content }) => content.name === name);
  const broken = files.filter((file) => 'problem' in file);
  // A broken file of that name may be the one that is meant; one without a name, when there is no other.
  const inTheWay =
    broken.find((file) => file.name === name) ?? (first ? undefined : broken.find((file) => file.name === undefined));
  if (inTheWay) {
    throw new ProblemFailure('broken-description', inTheWay.problem, {
      hint: 'Mend this file, which describes a plugin.',
    });
  }
  if (!first) {
    const names = whole.map(({ content }) => content.name).sort();
    throw new ProblemFailure('unknown-plugin', `There is no plugin ${JSON.stringify(name)}.`, {
      mends: meant(name, names),
      hint: names.length === 0 ? `${nearest.folder} describes none.` : `There is ${names.join(', ')}.`,
    });
  }
  if (second) {
    throw new ProblemFailure('ambiguous-plugin', `Two files describe the plugin ${name}.`, {
      hint: `They are ${first.path} and ${second.path}: change the name of one.`,
    });
  }
  return first;
}
