/** What one path of `over` stands for: values in a row, or a distribution that they are drawn from. */
import type { Random } from './random';
import { linearRange, logRange, settledDigits, stepRange, type Values } from './ranges';
import type { RangeOrDistribution, Varied } from './sweep';

export interface Drawn {
  draw(random: Random): unknown;
}

export const isDistribution = (varied: Varied): varied is RangeOrDistribution =>
  !isList(varied) && varied.distribution !== undefined;

/** The values of a list or a range. Expects what `variedProblem` has nothing against. */
export function valuesOf(varied: Varied): Values {
  if (isList(varied)) return { size: varied.length, at: (index) => varied[index] };
  const { from = 0, to = 0, step = 1, count, scale } = varied;
  if (count === undefined) return stepRange(from, to, step);
  return scale === 'log' ? logRange(from, to, count) : linearRange(from, to, count);
}

/** What draws from a distribution. Expects what `variedProblem` has nothing against. */
export function drawnFrom({ distribution, ...given }: RangeOrDistribution): Drawn {
  const { from = 0, to = 0, mean = 0, std = 1, values = [], weights } = given;
  const within = (value: number): number => Math.min(Math.max(settledDigits(value), from), to);
  switch (distribution) {
    case 'int':
      return { draw: (random) => from + random.below(to - from + 1) };
    case 'loguniform':
      return {
        draw: (random) => {
          const part = random.fraction();
          return within(Math.exp(Math.log(from) * (1 - part) + Math.log(to) * part));
        },
      };
    case 'normal':
      return { draw: (random) => settledDigits(mean + std * random.normal()) };
    case 'lognormal':
      return { draw: (random) => settledDigits(Math.exp(mean + std * random.normal())) };
    case 'choice':
      return { draw: (random) => values[choose(random, weights ?? values.map(() => 1))] };
    default:
      return {
        draw: (random) => {
          const part = random.fraction();
          // Not `from + (to - from) * part`: the difference of two large numbers may be infinite.
          return within(from * (1 - part) + to * part);
        },
      };
  }
}

/** An index, in proportion to its weight. */
function choose(random: Random, weights: readonly number[]): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let left = random.fraction() * total;
  for (const [index, weight] of weights.entries()) {
    if (left < weight) return index;
    left -= weight;
  }
  // Rounding may leave a rest: it belongs to the last that can be chosen at all.
  return weights.findLastIndex((weight) => weight > 0);
}

export interface VariedProblem {
  /** Of the object, or the whole of it. */
  readonly key?: string;
  readonly message: string;
  readonly hint: string;
}

type Key = keyof RangeOrDistribution;

/** Which keys belong to which distribution, beside its name. */
const distributionKeys = {
  uniform: { needed: ['from', 'to'], optional: [] },
  loguniform: { needed: ['from', 'to'], optional: [] },
  int: { needed: ['from', 'to'], optional: [] },
  normal: { needed: [], optional: ['mean', 'std'] },
  lognormal: { needed: [], optional: ['mean', 'std'] },
  choice: { needed: ['values'], optional: ['weights'] },
} as const satisfies Record<string, { readonly needed: readonly Key[]; readonly optional: readonly Key[] }>;

/** What is wrong with a list, range or distribution in itself. */
export function variedProblem(varied: Varied): VariedProblem | undefined {
  if (!isList(varied)) {
    return infiniteProblem(varied) ?? (isDistribution(varied) ? distributionProblem(varied) : rangeProblem(varied));
  }
  if (varied.length > 0) return undefined;
  return { message: 'An empty list has no values.', hint: 'Write at least one value, or leave the key out.' };
}

/** JSON can write 1e999, and an editor's service lets it pass. */
function infiniteProblem(varied: RangeOrDistribution): VariedProblem | undefined {
  for (const key of ['from', 'to', 'step', 'count', 'mean', 'std'] as const) {
    if (varied[key] === undefined || Number.isFinite(varied[key])) continue;
    return { key, message: 'This is too large for a number.', hint: 'Write a smaller one.' };
  }
  return undefined;
}

function rangeProblem(range: RangeOrDistribution): VariedProblem | undefined {
  const { from, to, step, count, scale } = range;
  for (const key of ['mean', 'std', 'values', 'weights'] as const) {
    if (range[key] !== undefined) {
      return { key, message: `A range has no \`${key}\`.`, hint: 'Name the `distribution` that it belongs to.' };
    }
  }
  if (from === undefined || to === undefined) {
    return { message: `\`${from === undefined ? 'from' : 'to'}\` is missing.`, hint: 'A range has both of its ends.' };
  }
  if (step !== undefined && count !== undefined) {
    return { key: 'step', message: 'A range has a `step` or a `count`.', hint: 'Leave one of them out.' };
  }
  if (count !== undefined && count > 1 && from === to) {
    return { key: 'count', message: `All ${count} values would be ${from}.`, hint: 'Write two different ends.' };
  }
  if (count !== undefined) return scale === 'log' ? positiveProblem(range, 'A log range') : undefined;
  if (scale !== undefined) {
    return { key: 'scale', message: '`scale` is without a `count`.', hint: 'Write how many values the range has.' };
  }
  return stepProblem(from, to, step);
}

function stepProblem(from: number, to: number, step: number | undefined): VariedProblem | undefined {
  if (step === undefined && !(Number.isInteger(from) && Number.isInteger(to))) {
    return { message: 'Steps of 1 are for whole numbers.', hint: 'Write a `step` or a `count`.' };
  }
  if (step === 0) return { key: 'step', message: 'Steps of 0 lead nowhere.', hint: 'Write a `step` other than 0.' };
  if (from > to && (step ?? 1) > 0) {
    return {
      key: 'from',
      message: `From ${from} to ${to} there are no values.`,
      hint: 'Exchange both, or write a negative `step`.',
    };
  }
  if (from < to && (step ?? 1) < 0) {
    return {
      key: 'step',
      message: `Steps of ${step} do not lead from ${from} to ${to}.`,
      hint: 'Exchange both, or write a positive `step`.',
    };
  }
  return undefined;
}

function distributionProblem(varied: RangeOrDistribution): VariedProblem | undefined {
  const { distribution = 'uniform', from = 0, to = 0, std } = varied;
  const { needed, optional }: { readonly needed: readonly Key[]; readonly optional: readonly Key[] } =
    distributionKeys[distribution];
  const known = [...needed, ...optional];
  const named = known.map((key) => `\`${key}\``).join(' and ');
  for (const key of needed) {
    if (varied[key] === undefined) {
      return { message: `\`${key}\` is missing.`, hint: `"${distribution}" is described by ${named}.` };
    }
  }
  for (const key of ['from', 'to', 'step', 'count', 'scale', 'mean', 'std', 'values', 'weights'] as const) {
    if (varied[key] !== undefined && !known.includes(key)) {
      const message = `"${distribution}" has no \`${key}\`.`;
      return { key, message, hint: `It is described by ${named}; \`samples\` says how many values are drawn.` };
    }
  }
  if (from > to) {
    return { key: 'from', message: `\`from\` is above \`to\` (${from} > ${to}).`, hint: 'Exchange both.' };
  }
  if (distribution === 'loguniform') return positiveProblem(varied, '"loguniform"');
  if (distribution === 'int') return wholeProblem(from, to);
  if (std !== undefined && std < 0) {
    return { key: 'std', message: 'A standard deviation is not negative.', hint: 'Write 0 or more.' };
  }
  return distribution === 'choice' ? choiceProblem(varied) : undefined;
}

function choiceProblem({ values = [], weights }: RangeOrDistribution): VariedProblem | undefined {
  if (values.length === 0) {
    return { key: 'values', message: 'There is nothing to choose from.', hint: 'Write at least one value.' };
  }
  if (weights === undefined) return undefined;
  const problem = (message: string, hint: string): VariedProblem => ({ key: 'weights', message, hint });
  if (weights.length !== values.length) {
    const message = `There are ${weights.length} weights for ${values.length} values.`;
    return problem(message, 'Write one weight for each value.');
  }
  if (weights.some((weight) => weight < 0)) return problem('A weight is negative.', 'Write 0 or more.');
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total === 0 || !Number.isFinite(total)) {
    return problem(
      'These weights have no proportion to each other.',
      'Write at least one above 0, and none too large.',
    );
  }
  return undefined;
}

function positiveProblem({ from = 0, to = 0 }: RangeOrDistribution, what: string): VariedProblem | undefined {
  if (from > 0 && to > 0) return undefined;
  const key = from > 0 ? 'to' : 'from';
  return { key, message: `${what} is above 0.`, hint: 'Its values have equal factors: 0 is never reached.' };
}

function wholeProblem(from: number, to: number): VariedProblem | undefined {
  if (Number.isSafeInteger(from) && Number.isSafeInteger(to) && Number.isSafeInteger(to - from)) return undefined;
  const key = Number.isSafeInteger(from) ? 'to' : 'from';
  return { key, message: '"int" is between whole numbers.', hint: 'Or choose "uniform", which gives any number.' };
}

const isList = (varied: Varied): varied is unknown[] => Array.isArray(varied);
