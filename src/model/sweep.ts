/**
 * The `sweep` of a run file: which of its keys vary, and how. Each combination is a trial, a child run of its own.
 * What the schema cannot say is in `sweepProblems.ts`, what a sweep comes to in `sweepTrials.ts`.
 */
import { type Static, Type } from '@sinclair/typebox';
import { metricNameMaxLength } from './series';

/** More would neither be looked at nor be told apart; a typing mistake in a range is refused before it is built. */
export const maxTrials = 10_000;

/** What random search draws where `samples` is left out. */
export const defaultSamples = 10;

const variedHelp =
  'Write a list of values, a range such as { "from": 1, "to": 5 }, or a distribution such as { "distribution": "uniform", "from": 0, "to": 1 }.';

const distributions = ['uniform', 'loguniform', 'normal', 'lognormal', 'int', 'choice'] as const;
export type DistributionName = (typeof distributions)[number];

/**
 * Ranges and distributions are one object for the schema. With an alternative for each the JSON service would speak of
 * whichever it takes for meant; so a mistake is said at its key, and `sweepProblems` says which keys go together.
 */
const RangeOrDistributionSchema = Type.Object(
  {
    from: Type.Optional(
      Type.Number({ description: 'First value of a range, lowest value of a distribution.', examples: [1, 0.0001] }),
    ),
    to: Type.Optional(
      Type.Number({
        description: 'Last value of a range (it belongs to it), highest value of a distribution.',
        examples: [5, 0.1],
      }),
    ),
    step: Type.Optional(
      Type.Number({ description: 'Distance of the values of a range. Default: 1.', examples: [0.1, 10] }),
    ),
    count: Type.Optional(
      Type.Integer({
        minimum: 1,
        description: 'How many values a range has, evenly spaced, instead of a `step`.',
        examples: [4],
      }),
    ),
    scale: Type.Optional(
      Type.Union([Type.Literal('linear'), Type.Literal('log')], {
        description:
          'How the `count` values of a range are spaced: by equal differences, or by equal factors ("log"). Default: "linear".',
        examples: ['log'],
      }),
    ),
    distribution: Type.Optional(
      Type.Union(
        distributions.map((name) => Type.Literal(name)),
        {
          description:
            'What random values are drawn from: "uniform", "loguniform" or "int" (whole numbers) between `from` and `to`; "normal" with `mean` and `std`; "lognormal" with both of the logarithm; "choice" of `values`.',
          examples: ['loguniform'],
        },
      ),
    ),
    mean: Type.Optional(
      Type.Number({
        description: 'Mean of a normal distribution; of a lognormal one the mean of the natural logarithm. Default: 0.',
        examples: [0],
      }),
    ),
    std: Type.Optional(
      Type.Number({
        description:
          'Standard deviation of a normal distribution; of a lognormal one that of the natural logarithm. Default: 1.',
        examples: [0.1],
      }),
    ),
    values: Type.Optional(Type.Array(Type.Unknown(), { description: 'What "choice" chooses from.' })),
    weights: Type.Optional(
      Type.Array(Type.Number(), {
        description: 'How often "choice" takes each of its `values`, in proportion. Default: all alike.',
        examples: [[3, 1]],
      }),
    ),
  },
  {
    additionalProperties: false,
    examples: [
      { from: 1, to: 5 },
      { from: 0.0001, to: 0.1, count: 4, scale: 'log' },
      { distribution: 'loguniform', from: 0.0001, to: 0.1 },
    ],
  },
);

export type RangeOrDistribution = Static<typeof RangeOrDistributionSchema>;

const VariedSchema = Type.Union([
  // For what is neither a list nor an object the service speaks of the first alternative.
  Type.Array(Type.Unknown(), { errorMessage: variedHelp }),
  RangeOrDistributionSchema,
]);

/** What a path of `over` is given: values, a range of them, or a distribution that they are drawn from. */
export type Varied = Static<typeof VariedSchema>;

const paths = { minLength: 1, maxLength: 1000 };

export const SweepSchema = Type.Object(
  {
    over: Type.Optional(
      Type.Record(Type.String(), VariedSchema, {
        description:
          'What varies: a dotted path in this file (`parameters.model.width`, `env.OMP_NUM_THREADS`, `timeout`) and its values: a list, a range or a distribution.',
        examples: [{ 'parameters.lr': [0.1, 0.01], 'parameters.seed': { from: 1, to: 5 } }],
      }),
    ),
    method: Type.Optional(
      Type.Union([Type.Literal('grid'), Type.Literal('random')], {
        description:
          '"grid": all combinations, the last key fastest. "random": `samples` combinations drawn at random, none of them twice while there are others. Default: "grid".',
        examples: ['grid', 'random'],
      }),
    ),
    samples: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: maxTrials,
        description:
          'How many combinations are drawn at random; in a grid, how many values each distribution gives. Raise it later, and the first ones stay the same. Default of random search: 10.',
        examples: [20],
      }),
    ),
    seed: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: Number.MAX_SAFE_INTEGER,
        description:
          'Beginning of the random numbers: the same seed gives the same trials, on any machine. Default: 0.',
        examples: [1],
      }),
    ),
    atOnce: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1000,
        description: 'How many trials execute at once. Default: as many as the machine has room for.',
        examples: [4],
      }),
    ),
    zip: Type.Optional(
      Type.Array(Type.Array(Type.String(paths)), {
        description:
          'Lists of paths of `over` that vary together: their first values make one combination, their second ones the next.',
        examples: [[['parameters.width', 'parameters.depth']]],
      }),
    ),
    trials: Type.Optional(
      Type.Array(Type.Unsafe<Record<string, unknown>>(Type.Record(Type.String(), Type.Unknown())), {
        description: 'Trials one by one, each by its paths and values: instead of `over`, or after its combinations.',
        examples: [[{ 'parameters.lr': 0.1, 'parameters.width': 64 }]],
      }),
    ),
    metric: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: metricNameMaxLength,
        description: 'Metric that decides which trial is best. It is needed when several metrics have a goal.',
        examples: ['loss'],
      }),
    ),
  },
  {
    additionalProperties: false,
    examples: [
      {
        over: { 'parameters.lr': [0.1, 0.01], 'parameters.seed': { from: 1, to: 5 } },
        method: 'grid',
        atOnce: 4,
      },
    ],
  },
);

export type Sweep = Static<typeof SweepSchema>;

/** One combination: what is set in the run file, and what the child run is called. */
export interface Trial {
  /** What differs, such as `lr=0.1 seed=3`. No other trial of the sweep has it. */
  readonly name: string;
  /** JSON values by dotted path, in the order of the file. */
  readonly values: ReadonlyMap<string, unknown>;
}
