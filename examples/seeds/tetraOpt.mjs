/**
 * tetra-opt: minimises a function that is served over HTTP, on a grid, without derivatives. The parameters are those of
 * TQ42's TetraOpt; the method is a tensor-train cross (lib/tensorTrainCross.mjs says what of it is simplified).
 *
 * It logs the best value and the number of evaluations of each iteration, and leaves the result as TetraOpt does, as
 * {"x":[…],"y":…}, in result.json.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readParameters } from '../lib/parameters.mjs';
import { randomFrom } from '../lib/random.mjs';
import { openRunLog } from '../lib/runLog.mjs';
import { remoteFunction } from './lib/remoteFunction.mjs';
import { tensorGrid } from './lib/tensorGrid.mjs';
import { minimizeOnGrid } from './lib/tensorTrainCross.mjs';

const parameters = readParameters({
  dimensionality: 3,
  maximal_rank: 4,
  points_number: 1,
  quantization: true,
  tolerance: 1e-9,
  iteration_number: 20,
  grid: [81, 81, 81],
  limits: undefined, // lower and upper limit of each argument in turn; or the two that follow
  lower_limits: undefined,
  upper_limits: undefined,
  objective_function: 'http://127.0.0.1:8042/func_eval/',
  start_points: [],
  seed: 1,
});

const problem = parameters.dimensionality > 0 ? findMismatch(readLimits()) : 'dimensionality must be above 0.';
if (problem) {
  console.error(problem);
  process.exit(2);
}
await main();

async function main() {
  const { dimensionality, grid: sizes, iteration_number: iterations, tolerance, start_points: flat } = parameters;
  const grid = tensorGrid({ ...readLimits(), sizes, quantization: parameters.quantization });
  const objective = remoteFunction(parameters.objective_function);
  const log = openRunLog();
  log.metadata({ grid_points: sizes.reduce((product, size) => product * size, 1), modes: grid.modes.length });

  let previous = Infinity;
  let unchanged = 0;
  const { value, point } = await minimizeOnGrid({
    grid,
    values: (points) => objective.values(points),
    rank: parameters.maximal_rank,
    iterations,
    discard: parameters.points_number,
    starts: Array.from({ length: flat.length / dimensionality }, (_, at) =>
      grid.indicesNear(flat.slice(at * dimensionality, (at + 1) * dimensionality)),
    ),
    random: randomFrom(parameters.seed),
    onIteration: ({ iteration, best, point: at }) => {
      log.metrics(iteration, { best, evaluations: objective.evaluations });
      log.progress(iteration, iterations);
      console.log(`iteration ${iteration}: ${best} at (${at.join(', ')}), ${objective.evaluations} evaluations`);
      // One iteration without progress may be bad luck with the random points; three are not.
      unchanged = previous - best < tolerance ? unchanged + 1 : 0;
      previous = best;
      return unchanged === 3;
    },
  });

  const result = { x: point, y: value };
  log.metadata({ minimum: value, minimum_at: point, evaluations: objective.evaluations });
  log.event(`the lowest value found is ${value}, after ${objective.evaluations} evaluations`);
  log.progress(iterations, iterations);
  console.log(JSON.stringify(result));
  const file = join(process.env.SIDELAB_OUTPUTS ?? '.', 'result.json');
  writeFileSync(file, `${JSON.stringify(result, undefined, 2)}\n`);
  log.artifact(file);
}

function readLimits() {
  const { limits, lower_limits: lower = [], upper_limits: upper = [] } = parameters;
  if (limits === undefined) return { lower, upper };
  return {
    lower: limits.filter((_, index) => index % 2 === 0),
    upper: limits.filter((_, index) => index % 2 === 1),
  };
}

/** What the schema cannot say, because it compares lengths; in TQ42's words where it has some. */
function findMismatch({ lower, upper }) {
  const { dimensionality, grid, start_points: starts } = parameters;
  if (lower.length !== dimensionality || upper.length !== dimensionality) {
    return parameters.limits === undefined
      ? 'dimensionality, lower_limits and upper_limits should all have the same size.'
      : `limits should have ${2 * dimensionality} numbers: a lower and an upper one for each of ${dimensionality} arguments.`;
  }
  if (grid.length !== dimensionality) return `grid should have ${dimensionality} numbers, one for each argument.`;
  if (starts.length % dimensionality !== 0)
    return 'start_points should have as many numbers as dimensionality, or a multiple.';
  const crossed = lower.findIndex((low, index) => !(low <= upper[index]));
  return crossed < 0 ? undefined : `The lower limit of argument ${crossed + 1} is above its upper one.`;
}
