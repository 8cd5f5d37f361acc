/** The algorithms that run files of a folder can name, to choose from. */
import path from 'node:path';
import { Failure } from '../../base/failure';
import { compareVersions } from '../../model/version';
import { algorithmDescription, type AlgorithmFile } from '../algorithms/algorithmFile';
import { algorithmsFolder } from '../algorithms/findAlgorithm';
import { findFolderAbove, readDescribedFolder } from '../workspace/describedFiles';

export interface AlgorithmChoice extends AlgorithmFile {
  /** The folder that has `.sidelab`: a run file in it names the algorithm. */
  readonly folder: string;
}

/** By name, the highest version first. Throws `NotFound` that says where one is put, or what is wrong with those that are there. */
export async function listAlgorithms(folder: string): Promise<readonly AlgorithmChoice[]> {
  const nearest = await findFolderAbove(folder, algorithmsFolder);
  const files = nearest ? await readDescribedFolder(nearest, algorithmDescription) : [];
  const whole = files.filter((file) => 'content' in file);
  if (!nearest || whole.length === 0) {
    const [broken] = files.filter((file) => 'problem' in file);
    if (broken) {
      throw new Failure('NotFound', `No algorithm can be read: ${broken.problem}`, {
        hint: 'Mend this file, which describes one.',
      });
    }
    const place = nearest ? nearest.folder : path.join(folder, algorithmsFolder);
    throw new Failure('NotFound', 'No algorithm is described here.', {
      hint: `Describe one in a file such as ${path.join(place, 'anneal.json')}: its name, version, command and the JSON schema of its parameters.`,
    });
  }
  const home = path.dirname(path.dirname(nearest.folder));
  return whole
    .map((file) => ({ ...file, folder: home }))
    .sort(
      (a, b) => a.content.name.localeCompare(b.content.name) || compareVersions(b.content.version, a.content.version),
    );
}

/** The highest version, unless one is asked for. Throws `NotFound` that says which there are. */
export function chooseAlgorithm(
  choices: readonly AlgorithmChoice[],
  name: string,
  version: string | undefined,
): AlgorithmChoice {
  const named = choices.filter(({ content }) => content.name === name);
  const found = named.find(({ content }) => version === undefined || compareVersions(content.version, version) === 0);
  if (found) return found;
  const known = Array.from(new Set(choices.map(({ content }) => content.name)));
  throw named.length > 0
    ? new Failure('NotFound', `There is no version ${version ?? ''} of ${name}.`, {
        hint: `There is ${named.map(({ content }) => content.version).join(', ')}.`,
      })
    : new Failure('NotFound', `There is no algorithm ${JSON.stringify(name)}.`, {
        hint: `There is ${known.join(', ')}.`,
      });
}
