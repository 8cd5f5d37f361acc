/**
 * What the schema cannot say about a sweep. Whoever asks has checked it by the schema before, and may count and expand
 * it when nothing is found here.
 */
import { canonicalJson } from './canonicalJson';
import { maxTrials, type Sweep, type Varied } from './sweep';
import { isWithin, sweepPathProblem } from './sweepPath';
import {
  countCombinations,
  countTrials,
  distributionPaths,
  expandSweep,
  tooManyTrials,
  tooManyTrialsHint,
  trialKey,
} from './sweepTrials';
import { isDistribution, valuesOf, variedProblem } from './sweepVaried';

/** The kinds for which somebody knows a repair; all else is the sweep as a whole, or its values. */
export type SweepProblemKind =
  'sweep' | 'sweep-path' | 'sweep-zip' | 'sweep-unused' | 'duplicate-value' | 'duplicate-trial';

export interface SweepProblem {
  readonly kind: SweepProblemKind;
  /** From the sweep on: `['over', 'parameters.lr', 2]`; empty for the sweep as a whole. */
  readonly keyPath: readonly (string | number)[];
  readonly message: string;
  readonly hint?: string;
}

/** Without a kind it is one of the sweep. */
type Problem = Omit<SweepProblem, 'kind'> & Partial<Pick<SweepProblem, 'kind'>>;

/** All problems, in the order of the keys. What follows from one of them is not said as well. */
export function sweepProblems(sweep: Sweep): SweepProblem[] {
  return findProblems(sweep).map((problem) => ({ kind: 'sweep', ...problem }));
}

function findProblems(sweep: Sweep): Problem[] {
  const problems = [
    ...emptinessProblems(sweep),
    ...overProblems(sweep),
    ...zipProblems(sweep),
    ...trialPathProblems(sweep),
    ...methodProblems(sweep),
  ];
  if (problems.length > 0) return problems;
  const count = countTrials(sweep);
  if (count > maxTrials) {
    return [{ keyPath: [], message: tooManyTrials(count), hint: tooManyTrialsHint }];
  }
  return [...samplesProblems(sweep), ...repeatedValueProblems(sweep), ...repeatedTrialProblems(sweep)];
}

function* emptinessProblems({ over = {}, trials = [] }: Sweep): Generator<Problem> {
  if (Object.keys(over).length > 0 || trials.length > 0) return;
  const hint = 'Say what varies, such as "over": { "parameters.lr": [0.1, 0.01] }, or list `trials` one by one.';
  yield { keyPath: [], message: 'This sweep has no trials.', hint };
}

function* overProblems({ over = {} }: Sweep): Generator<Problem> {
  const entries = Object.entries(over);
  for (const [path, varied] of entries) {
    const ofPath = sweepPathProblem(path);
    if (ofPath) yield { kind: 'sweep-path', keyPath: ['over', path], ...ofPath };
    const nested = nestedProblem(
      path,
      entries.map(([other]) => other),
    );
    if (nested) yield { keyPath: ['over', path], ...nested };
    const inItself = variedProblem(varied);
    if (inItself) {
      const { key, ...problem } = inItself;
      yield { keyPath: ['over', path, ...(key === undefined ? [] : [key])], ...problem };
    }
    if (path.startsWith('env.')) yield* environmentProblems(path, varied);
  }
}

/** The one that is inside another's is named, once for each pair. */
function nestedProblem(path: string, paths: readonly string[]): { message: string; hint: string } | undefined {
  const outer = path.startsWith('env.') ? undefined : paths.find((other) => other !== path && isWithin(path, other));
  if (outer === undefined) return undefined;
  return { message: `"${outer}" varies as a whole already.`, hint: 'Vary one of both.' };
}

function* environmentProblems(path: string, varied: Varied): Generator<Problem> {
  const inValues = !Array.isArray(varied);
  const values = inValues ? (varied.values ?? []) : varied;
  for (const [index, value] of values.entries()) {
    if (isScalar(value)) continue;
    const keyPath = ['over', path, ...(inValues ? ['values'] : []), index];
    yield { keyPath, ...notForEnvironment };
  }
}

const isScalar = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value);

const notForEnvironment = {
  message: 'This is no value of an environment variable.',
  hint: 'Write a text, a number, true or false.',
};

function* zipProblems({ over = {}, zip = [] }: Sweep): Generator<Problem> {
  const zipped = new Set<string>();
  for (const [place, group] of zip.entries()) {
    let whole = true;
    for (const [index, path] of group.entries()) {
      const problem = zippedPathProblem(path, over, zipped);
      if (problem) {
        whole = false;
        yield { kind: 'sweep-zip', keyPath: ['zip', place, index], ...problem };
      }
      zipped.add(path);
    }
    if (group.length < 2) {
      const hint = 'Name two paths of `over`, or more.';
      yield { keyPath: ['zip', place], message: 'It takes two paths to vary together.', hint };
    } else if (whole) yield* lengthProblems(place, group, over);
  }
}

function zippedPathProblem(
  path: string,
  over: NonNullable<Sweep['over']>,
  zipped: ReadonlySet<string>,
): { message: string; hint: string } | undefined {
  const varied = Object.hasOwn(over, path) ? over[path] : undefined;
  if (varied === undefined) {
    return { message: `"${path}" is not in \`over\`.`, hint: 'Give it values there, or leave it out here.' };
  }
  if (zipped.has(path)) {
    return { message: `"${path}" is zipped twice.`, hint: 'Put all that varies together into one list.' };
  }
  if (isDistribution(varied)) {
    return {
      message: `"${path}" is drawn from a distribution, which has no first value and no second.`,
      hint: 'Write a list or a range, or leave it out here.',
    };
  }
  return undefined;
}

function* lengthProblems(
  place: number,
  group: readonly string[],
  over: NonNullable<Sweep['over']>,
): Generator<Problem> {
  const sizes = group.map((path) => {
    const varied = over[path];
    return varied === undefined || variedProblem(varied) ? undefined : valuesOf(varied).size;
  });
  if (sizes.includes(undefined) || sizes.every((size) => size === sizes[0])) return;
  const list = group.map((path, index) => `"${path}" has ${sizes[index]}`).join(', ');
  yield {
    keyPath: ['zip', place],
    message: `What varies together has equally many values: ${list}.`,
    hint: 'Make their lists equally long.',
  };
}

function* trialPathProblems({ trials = [] }: Sweep): Generator<Problem> {
  for (const [index, trial] of trials.entries()) {
    const paths = Object.keys(trial);
    for (const [path, value] of Object.entries(trial)) {
      const ofPath = sweepPathProblem(path);
      const problem =
        ofPath ??
        nestedProblem(path, paths) ??
        (path.startsWith('env.') && !isScalar(value) ? notForEnvironment : undefined);
      if (problem) yield { kind: ofPath ? 'sweep-path' : 'sweep', keyPath: ['trials', index, path], ...problem };
    }
  }
}

function* methodProblems(sweep: Sweep): Generator<Problem> {
  const { over = {}, method = 'grid', samples } = sweep;
  const [drawn] = distributionPaths(sweep);
  if (method === 'grid' && drawn !== undefined && samples === undefined) {
    yield {
      keyPath: ['over', drawn],
      message: 'A grid has to know how many values are drawn from a distribution.',
      hint: 'Write `samples`, or choose the method "random".',
    };
  }
  const nothingToDraw = Object.keys(over).length === 0 || (method === 'grid' && drawn === undefined);
  if (samples === undefined || !nothingToDraw) return;
  yield {
    kind: 'sweep-unused',
    keyPath: ['samples'],
    message: 'Nothing is drawn here: there is neither random search nor a distribution.',
    hint: 'Leave it out, or choose the method "random" and say in `over` what varies.',
  };
}

function* samplesProblems(sweep: Sweep): Generator<Problem> {
  const { method, samples } = sweep;
  if (method !== 'random' || samples === undefined || distributionPaths(sweep).length > 0) return;
  const combinations = countCombinations(sweep);
  if (samples <= combinations) return;
  yield {
    keyPath: ['samples'],
    message: `There are ${combinations} combinations, and ${samples} are asked for.`,
    hint: `Write at most ${combinations}, or vary a seed as well to have them several times.`,
  };
}

/** Zipped values are looked at together: only their combination has to be new. */
function* repeatedValueProblems({ over = {}, zip = [] }: Sweep): Generator<Problem> {
  const zipped = new Set(zip.flat());
  for (const [path, varied] of Object.entries(over)) {
    if (!Array.isArray(varied) || zipped.has(path)) continue;
    for (const index of repeated(varied.map(canonicalJson))) {
      const message = 'This value is in the list already.';
      yield { kind: 'duplicate-value', keyPath: ['over', path, index], message, hint: repeatedHint };
    }
  }
  for (const [place, group] of zip.entries()) {
    const lists = group.map((path) => over[path]).filter((varied) => Array.isArray(varied));
    // A range beside them has no value twice, and may be too long to be looked at.
    if (lists.length < group.length) continue;
    const rows = (lists[0] ?? []).map((_, index) => canonicalJson(lists.map((list): unknown => list[index])));
    const [first] = repeated(rows);
    if (first === undefined) continue;
    const message = `Values number ${first + 1} are together the same as some before.`;
    yield { keyPath: ['zip', place], message, hint: repeatedHint };
  }
}

/** Trials of `over` are compared as well, those that distributions happen to draw twice aside. */
function* repeatedTrialProblems(sweep: Sweep): Generator<Problem> {
  const { trials = [] } = sweep;
  if (trials.length === 0) return;
  const all = expandSweep(sweep).map(({ values }) => trialKey(values));
  const before = all.length - trials.length;
  for (const index of repeated(all)) {
    if (index < before) continue;
    const message = 'Another trial has the same values.';
    yield { kind: 'duplicate-trial', keyPath: ['trials', index - before], message, hint: repeatedHint };
  }
}

const repeatedHint = 'Leave it out, or vary a seed to have it several times.';

/** Places of what was there before. */
function* repeated(keys: readonly string[]): Generator<number> {
  const seen = new Set<string>();
  for (const [index, key] of keys.entries()) {
    if (seen.has(key)) yield index;
    seen.add(key);
  }
}
