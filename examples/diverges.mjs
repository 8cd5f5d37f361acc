/**
 * Gradient descent into Rosenbrock's valley, with a learning rate that is too large: a run that fails.
 *
 * The learning rate grows a little with each step, as in a warm-up that somebody forgot to end. At first that helps. Then
 * the steps get longer than the valley is wide, the walls throw the point higher each time, and within a second
 * the loss leaves the range of numbers. The program notices, says so in the run log and throws: the stack trace is on
 * stderr and the exit code is 1. With "learningRateGrowth": 1 it completes.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { readParameters } from './lib/parameters.mjs';
import { openRunLog } from './lib/runLog.mjs';

const STEPS_PER_SECOND = 20;

const parameters = readParameters({
  start: [0.2, 2],
  learningRate: 0.0002,
  learningRateGrowth: 1.01,
  steps: 400,
});
const log = openRunLog();

await main();

async function main() {
  let point = parameters.start;
  let learningRate = parameters.learningRate;
  log.event(`descending from (${point.join(', ')}) with a learning rate of ${learningRate}`);

  const startMs = performance.now();
  for (let step = 0; step < parameters.steps; step++) {
    const gradient = gradientAt(point);
    const loss = lossAt(point);
    checkProgress(step, loss, learningRate);

    log.metrics(step, { loss, 'gradient/norm': Math.hypot(...gradient), learning_rate: learningRate });
    log.progress(step + 1, parameters.steps);
    if (step % STEPS_PER_SECOND === 0) {
      console.log(`step ${step}: loss ${loss.toPrecision(5)}, learning rate ${learningRate.toPrecision(3)}`);
    }

    point = point.map((value, i) => value - learningRate * gradient[i]);
    learningRate *= parameters.learningRateGrowth;
    await sleep(Math.max(0, startMs + ((step + 1) * 1000) / STEPS_PER_SECOND - performance.now()));
  }
  console.log(`done: loss ${lossAt(point).toPrecision(5)} at (${point.map((value) => value.toFixed(4)).join(', ')})`);
}

/** A valley along y = x², with its lowest point, 0, at (1, 1). */
function lossAt([x, y]) {
  return (1 - x) ** 2 + 100 * (y - x * x) ** 2;
}

function gradientAt([x, y]) {
  const offset = y - x * x;
  return [-2 * (1 - x) - 400 * x * offset, 200 * offset];
}

function checkProgress(step, loss, learningRate) {
  if (!Number.isFinite(loss)) stopDiverged(step, loss, learningRate);
}

/** Says why in the run log first, and then fails: the log is on disk before the program is gone. */
function stopDiverged(step, loss, learningRate) {
  const message = `diverged at step ${step}: the loss is ${loss}, the learning rate was ${learningRate.toPrecision(3)}`;
  log.event(message, 'error');
  throw new Error(message);
}
