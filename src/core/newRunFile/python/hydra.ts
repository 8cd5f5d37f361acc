/** The config of a hydra program: the YAML file that `@hydra.main` names, and those of the groups that its defaults choose. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { Failure, hasErrorCode } from '../../../base/failure';
import type { PythonText } from './argparse';
import { choicesFact, commentOf, type PythonOption, type PythonProgram } from './pythonFlags';
import { readYaml, type YamlConfig } from './readYaml';
import { callsIn, literalOf } from './values';

/** Throws `NotFound` where the config that is named is not there, `InvalidInput` where it is no YAML. */
export async function hydraOverrides(file: PythonText, pythonFile: string): Promise<PythonProgram | undefined> {
  const main = Array.from(callsIn(file.tokens)).find(({ callee }) => callee === 'hydra.main');
  if (!main) return undefined;
  const argument = (name: string, index: number): unknown => {
    const found =
      main.args.find((arg) => arg.name === name) ?? main.args.filter((arg) => arg.name === undefined)[index];
    return found && literalOf(found.tokens, file.constants)?.value;
  };
  const configName = argument('config_name', 1);
  const program = (options: readonly PythonOption[]): PythonProgram => ({
    library: 'hydra',
    form: 'overrides',
    commands: [{ name: undefined, options, words: [] }],
  });
  // Without one it has whatever is added on the command line.
  if (typeof configName !== 'string') return program([]);
  const configPath = argument('config_path', 0);
  const folder = path.resolve(path.dirname(pythonFile), typeof configPath === 'string' ? configPath : '.');
  const config = await readConfig(folder, configName);
  if (!config) {
    throw new Failure('NotFound', `There is no config ${configName}.yaml in ${folder}.`, {
      hint: `${pythonFile} names it in @hydra.main.`,
    });
  }
  const chosen = await chosenGroups(folder, config);
  return program([...chosen, ...leavesOf(config)]);
}

async function readConfig(folder: string, name: string): Promise<YamlConfig | undefined> {
  const file = path.join(folder, /\.ya?ml$/.test(name) ? name : `${name}.yaml`);
  try {
    return await readYaml(await readFile(file, 'utf8'), file);
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT', 'ENOTDIR', 'EACCES', 'EISDIR')) return undefined;
    throw error;
  }
}

/** `- db: mysql` of the defaults: which file of the group is taken, and, to switch on, what is in it. */
async function chosenGroups(folder: string, { content }: YamlConfig): Promise<PythonOption[]> {
  const options: PythonOption[] = [];
  const defaults: readonly unknown[] = Array.isArray(content['defaults']) ? content['defaults'] : [];
  for (const entry of defaults) {
    if (typeof entry !== 'object' || entry === null) continue;
    for (const [written, choice] of Object.entries(entry)) {
      const group = written.replace(/^(?:(?:optional|override)\s+)+/, '');
      if (typeof choice !== 'string' || group.startsWith('hydra/') || group === 'hydra') continue;
      const isMandatory = choice === '???';
      const choices = await choicesOf(path.join(folder, ...group.replace(/@.*$/, '').split('/')));
      options.push({
        name: group,
        value: { value: isMandatory ? (choices[0] ?? '') : choice },
        isRequired: isMandatory,
        isOff: false,
        comment: commentOf(isMandatory ? 'required' : undefined, [choicesFact(choices)]),
      });
      const config = isMandatory
        ? undefined
        : await readConfig(path.join(folder, ...group.replace(/@.*$/, '').split('/')), choice);
      const prefix = group.includes('@')
        ? group.replace(/^.*@/, '').replace(/^_global_$/, '')
        : group.replaceAll('/', '.');
      // The group itself has the key that they stand under, so each has all of its path.
      for (const leaf of config ? leavesOf(config) : []) {
        options.push({ ...leaf, name: prefix === '' ? leaf.name : `${prefix}.${leaf.name}`, isOff: true });
      }
    }
  }
  return options;
}

async function choicesOf(folder: string): Promise<string[]> {
  try {
    const names = await readdir(folder);
    return names
      .filter((name) => /\.ya?ml$/.test(name))
      .map((name) => name.replace(/\.ya?ml$/, ''))
      .sort();
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT', 'ENOTDIR', 'EACCES')) return [];
    throw error;
  }
}

/** By dotted path. What is computed from other values, and what is hydra's own, is left to it. */
function leavesOf({ content, comments }: YamlConfig): PythonOption[] {
  const options: PythonOption[] = [];
  const visit = (object: Readonly<Record<string, unknown>>, prefix: string): void => {
    for (const [key, value] of Object.entries(object)) {
      const name = prefix + key;
      if (prefix === '' && (key === 'defaults' || key === 'hydra')) continue;
      if (isObject(value) && Object.keys(value).length > 0) {
        visit(value, `${name}.`);
        continue;
      }
      const isComputed = JSON.stringify(value)?.includes('${') ?? true;
      const isMissing = value === '???';
      options.push({
        name,
        value: { value },
        isRequired: isMissing,
        isOff: isComputed || !/^[\w./@+-]+$/.test(name),
        comment: commentOf(comments.get(name), [isMissing ? 'required' : undefined]),
      });
    }
  };
  visit(content, '');
  return options;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
