/** What an algorithm says of a parameter: its type, range, default and description. */
import type { Hover } from 'vscode-languageserver-types';
import { describeParameter } from '../../core/algorithms/describeParameter';
import { findParameterSchema } from '../../core/algorithms/parameterSchema';
import { segmentsOf } from '../../model/sweepPath';
import type { LanguageFeature, Place } from '../feature';
import { code, plain } from '../markdown';
import { runAround } from '../runAround';
import { chosenAlgorithm } from './chosenAlgorithm';

export const parameterHover: LanguageFeature = {
  async hover({ document, position }: Place): Promise<Hover | undefined> {
    const node = document.nodeAt(position);
    if (!node) return undefined;
    const { at, rest } = runAround(document.keyPathOf(node));
    const keys = parameterKeys(rest.map(String));
    if (!keys) return undefined;
    const algorithm = await chosenAlgorithm(document, at);
    const schema = algorithm && findParameterSchema(algorithm.content.parameters, keys);
    if (!schema) return undefined;
    const { name, version } = algorithm.content;
    const { facts, description } = describeParameter(schema);
    const lines = [
      [`**${plain(keys.join('.'))}**`, ...facts.map(({ label, value }) => factText(label, value))].join(' · '),
      ...(description === undefined ? [] : [plain(description)]),
      `_${plain(`${name} ${version}`)}_`,
    ];
    return { contents: { kind: 'markdown', value: lines.join('\n\n') }, range: document.rangeOf(node) };
  },
};

const factText = (label: string, value: string | undefined): string =>
  value === undefined ? plain(label) : `${plain(label)} ${code(value)}`;

/** Of a key in `parameters`, and of one that a sweep varies. */
function parameterKeys(rest: readonly string[]): readonly string[] | undefined {
  const [first, second, third] = rest;
  if (first === 'parameters' && rest.length > 1) return rest.slice(1);
  if (first !== 'sweep' || second !== 'over' || third === undefined) return undefined;
  const [key, ...keys] = segmentsOf(third);
  return key === 'parameters' && keys.length > 0 ? keys : undefined;
}
