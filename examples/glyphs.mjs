/**
 * Trains a small neural network to tell drawn figures apart, and logs what a long training does.
 *
 * The data is drawn by this program: noisy pictures of 12 × 12 pixels with a ring, a disc, a square, a cross or, seldom, a
 * star. The network has two hidden layers of rectified units, and learns by stochastic gradient descent with momentum, in
 * the manner of mixed precision: the loss is scaled up so that small gradients are not lost in half precision; where one
 * overflows, the step is left out and the scale is halved. The learning rate is warmed up and falls along a cosine, twice.
 *
 * At the second warm-up the rate becomes too high: what was learned is lost, and the program ends with an error. The next
 * attempt goes on from the last checkpoint with half the rate. The clock only paces the steps, so that there is something
 * to watch: a seed gives the same curves on every machine, but for those under `system/`.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readParameters } from './lib/parameters.mjs';
import { randomFrom } from './lib/random.mjs';
import { openRunLog } from './lib/runLog.mjs';

const FIGURES = ['ring', 'disc', 'square', 'cross', 'star'];
const STAR = FIGURES.indexOf('star');
const SIDE = 12; // pixels
const LARGEST_HALF = 65504; // what half precision can hold

const parameters = readParameters({
  seed: 3,
  steps: 5000,
  stepsPerSecond: 100, // 0: as fast as it goes
  pictures: { train: 6000, validation: 400, noise: 0.3 },
  hidden: [48, 32], // units of the hidden layers
  batchSize: 24,
  learningRate: { peak: 0.03, warmup: 300, cycles: 2, secondPeak: 8 }, // the second peak is so many times as high
  momentum: 0.9,
  stepsPerValidation: 40,
  stepsPerCheckpoint: 1000,
});
const attempt = Number(process.env.SIDELAB_ATTEMPT ?? 1);
const checkpoint = join(process.env.SIDELAB_CHECKPOINTS ?? '.', 'network.json');
const log = openRunLog();

await main();

async function main() {
  const { seed, steps, stepsPerSecond, pictures, hidden, batchSize, stepsPerValidation, stepsPerCheckpoint } =
    parameters;
  const train = drawPictures(pictures.train, seed);
  const validation = drawPictures(pictures.validation, seed + 1);
  const state = loadState() ?? newState([SIDE * SIDE, ...hidden, FIGURES.length]);
  const weights = state.layers.reduce((sum, { weight, bias }) => sum + weight.value.length + bias.value.length, 0);

  log.metadata({
    weights,
    data: { figures: FIGURES, pixels: SIDE * SIDE, train: train.length, validation: validation.length },
    node: { version: process.version, platform: process.platform },
  });
  if (attempt > 1) log.tags('resumed');
  say(
    state.step === 0
      ? `training ${weights} weights on ${train.length} pictures`
      : `attempt ${attempt} goes on after ${state.step} steps, with half the learning rate`,
  );

  const startMs = performance.now();
  const firstStep = state.step;
  const watch = newWatch();
  let usual = Math.log(FIGURES.length); // the loss of late: what a network has that guesses
  let best = usual;
  // Each attempt sees the pictures in an order of its own.
  const random = randomFrom(1000 * seed + attempt);

  for (; state.step < steps; state.step++) {
    const rate = learningRateAt(state.step);
    const batch = Array.from({ length: batchSize }, () => train[Math.floor(random() * train.length)]);
    const seen = addGradients(state, batch);
    const norm = gradientNorm(state);
    log.metrics(state.step, {
      'train/loss': seen.loss,
      'train/accuracy': seen.right / batchSize,
      'train/star_recall': seen.starsFound / seen.stars, // NaN where the batch has no star
      'optimizer/learning_rate': rate,
      'optimizer/gradient_norm': norm,
      'optimizer/loss_scale': state.lossScale,
    });
    usual += 0.02 * (seen.loss - usual);
    best = Math.min(best, usual);
    if (usual > 4 * best && usual > 1) {
      const rates = `at a learning rate of ${rate.toFixed(3)}`;
      log.event(`the training diverges at step ${state.step}: a loss of ${usual.toFixed(2)}, ${rates}`, 'error');
      throw new Error(`diverged at step ${state.step}: a loss of ${usual.toFixed(2)} after ${best.toFixed(2)}`);
    }
    updateWeights(state, rate, norm);

    if (state.step % stepsPerValidation === 0) validate(state, validation, watch, state.step - firstStep);
    if (state.step % 100 === 99) {
      log.progress(state.step + 1, steps);
      console.log(`step ${state.step + 1} of ${steps}: loss ${usual.toFixed(4)}, learning rate ${rate.toFixed(4)}`);
    }
    if ((state.step + 1) % stepsPerCheckpoint === 0) saveState({ ...state, step: state.step + 1 });
    if (stepsPerSecond > 0) {
      await sleep(Math.max(0, startMs + ((state.step + 1 - firstStep) * 1000) / stepsPerSecond - performance.now()));
    }
  }

  const { loss, accuracy } = evaluate(state.layers, validation);
  say(`done: validation loss ${loss.toFixed(4)}, accuracy ${(accuracy * 100).toFixed(1)} %`);
  log.metadata({ result: { 'validation/loss': loss, 'validation/accuracy': accuracy, attempts: attempt } });
}

function validate(state, pictures, watch, stepsDone) {
  const { loss, accuracy, precisions } = evaluate(state.layers, pictures);
  log.metrics(state.step, {
    'validation/loss': loss,
    'validation/accuracy': accuracy,
    // NaN until the network says "star" for the first time.
    ...Object.fromEntries(FIGURES.map((figure, at) => [`validation/precision_${figure}`, precisions[at]])),
    ...watch(stepsDone),
  });
  const tenth = Math.floor(accuracy * 10) / 10;
  if (tenth > state.told && accuracy > 0.55) {
    state.told = tenth;
    log.event(`validation accuracy ${(accuracy * 100).toFixed(1)} % at step ${state.step}`);
  }
}

/** What the machine does for it; the same on no two machines. */
function newWatch() {
  let [lastMs, lastSteps, lastCpu] = [performance.now(), 0, process.cpuUsage()];
  return (stepsDone) => {
    const nowMs = performance.now();
    const seconds = (nowMs - lastMs) / 1000;
    const cpu = process.cpuUsage(lastCpu);
    const metrics = {
      'system/processor_percent': (cpu.user + cpu.system) / 1e4 / seconds,
      'system/memory_mb': process.memoryUsage().rss / 1e6,
      'system/pictures_per_second': ((stepsDone - lastSteps) * parameters.batchSize) / seconds,
    };
    [lastMs, lastSteps, lastCpu] = [nowMs, stepsDone, process.cpuUsage()];
    return metrics;
  };
}

/** Warm-up, then half a cosine, as often as there are cycles; the second peak is the higher one. */
function learningRateAt(step) {
  const { peak, warmup, cycles, secondPeak } = parameters.learningRate;
  const length = Math.ceil(parameters.steps / cycles);
  const [cycle, within] = [Math.floor(step / length), step % length];
  const here = cycle === 1 ? peak * secondPeak * 0.5 ** (attempt - 1) : peak;
  if (within < warmup) return (here * (within + 1)) / warmup;
  return 0.01 * here + 0.99 * here * 0.5 * (1 + Math.cos((Math.PI * (within - warmup)) / (length - warmup)));
}

function drawPictures(count, seed) {
  const random = randomFrom(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Array.from({ length: count }, () => {
    const figure = random() < 0.08 ? STAR : Math.floor(random() * STAR);
    const [centreX, centreY] = [0, 0].map(() => SIDE / 2 + 2.4 * (random() - 0.5));
    const [radius, turn] = [3 + 1.6 * random(), 0.8 * (random() - 0.5)];
    const pixels = Float64Array.from({ length: SIDE * SIDE }, (_, at) => {
      const [dx, dy] = [(at % SIDE) + 0.5 - centreX, Math.floor(at / SIDE) + 0.5 - centreY];
      const x = (dx * Math.cos(turn) - dy * Math.sin(turn)) / radius;
      const y = (dx * Math.sin(turn) + dy * Math.cos(turn)) / radius;
      return (isInside(FIGURES[figure], x, y) ? 1 : 0) + parameters.pictures.noise * normal() - 0.3;
    });
    return { pixels, figure };
  });
}

/** Whether a place is part of the figure of radius 1. */
function isInside(figure, x, y) {
  const distance = Math.hypot(x, y);
  switch (figure) {
    case 'ring':
      return distance < 1 && distance > 0.55;
    case 'disc':
      return distance < 0.9;
    case 'square':
      return Math.max(Math.abs(x), Math.abs(y)) < 0.78;
    case 'cross':
      return distance < 1.1 && Math.min(Math.abs(x), Math.abs(y)) < 0.27;
    default:
      return distance < 0.6 + 0.4 * Math.cos(5 * Math.atan2(y, x));
  }
}

/** Numbers to learn, with the gradient and the velocity of each. */
function newTensor(length, fill) {
  const zeros = () => new Float64Array(length);
  return { value: zeros().map(fill), gradient: zeros(), velocity: zeros() };
}

function newState(sizes) {
  const random = randomFrom(parameters.seed + 2);
  const layers = sizes.slice(1).map((outputs, i) => {
    const inputs = sizes[i];
    const scale = Math.sqrt(6 / inputs); // He's
    const weight = newTensor(inputs * outputs, () => (2 * random() - 1) * scale);
    return { inputs, outputs, weight, bias: newTensor(outputs, () => 0) };
  });
  return { step: 0, layers, lossScale: 2 ** 16, goodSteps: 0, told: 0 };
}

/** The activations of all layers, the picture first, the probabilities of the figures last. */
function activationsOf(layers, pixels) {
  const all = [pixels];
  layers.forEach(({ inputs, outputs, weight, bias }, depth) => {
    const below = all[depth];
    const here = new Float64Array(outputs);
    for (let o = 0; o < outputs; o++) {
      let sum = bias.value[o];
      for (let i = 0, at = o * inputs; i < inputs; i++, at++) sum += weight.value[at] * below[i];
      here[o] = depth < layers.length - 1 ? Math.max(0, sum) : sum;
    }
    all.push(here);
  });
  const logits = all[layers.length];
  const highest = Math.max(...logits);
  const sum = logits.reduce((total, logit) => total + Math.exp(logit - highest), 0);
  all[layers.length] = logits.map((logit) => Math.exp(logit - highest) / sum);
  return all;
}

/** Cross-entropy; a probability that has become 0 costs no more than the smallest number above it. */
function lossOf(probabilities, figure) {
  return -Math.log(Math.max(probabilities[figure], 1e-30));
}

function likeliest(probabilities) {
  return probabilities.indexOf(Math.max(...probabilities));
}

/** Back-propagation of the scaled loss of a batch. */
function addGradients({ layers, lossScale }, batch) {
  const seen = { loss: 0, right: 0, stars: 0, starsFound: 0 };
  for (const { pixels, figure } of batch) {
    const activations = activationsOf(layers, pixels);
    const probabilities = activations[layers.length];
    const isRight = likeliest(probabilities) === figure;
    seen.loss += lossOf(probabilities, figure) / batch.length;
    if (isRight) seen.right++;
    if (figure === STAR) seen.stars++;
    if (figure === STAR && isRight) seen.starsFound++;

    let errors = probabilities.map((p, at) => ((p - (at === figure ? 1 : 0)) * lossScale) / batch.length);
    for (let depth = layers.length - 1; depth >= 0; depth--) {
      const { inputs, outputs, weight, bias } = layers[depth];
      const below = activations[depth];
      const errorsBelow = new Float64Array(inputs);
      for (let o = 0; o < outputs; o++) {
        if (errors[o] === 0) continue;
        bias.gradient[o] += errors[o];
        for (let i = 0, at = o * inputs; i < inputs; i++, at++) {
          weight.gradient[at] += errors[o] * below[i];
          errorsBelow[i] += errors[o] * weight.value[at];
        }
      }
      errors = errorsBelow.map((error, i) => (below[i] > 0 ? error : 0)); // the slope of a rectified unit
    }
  }
  return seen;
}

function tensorsOf({ layers }) {
  return layers.flatMap(({ weight, bias }) => [weight, bias]);
}

/** Of the unscaled gradient; infinite where a scaled one is more than half precision holds. */
function gradientNorm(state) {
  let squares = 0;
  for (const { gradient } of tensorsOf(state)) {
    for (let i = 0; i < gradient.length; i++) {
      if (Math.abs(gradient[i]) > LARGEST_HALF) return Infinity;
      squares += gradient[i] ** 2;
    }
  }
  return Math.sqrt(squares) / state.lossScale;
}

/** One step of gradient descent with momentum, unless the gradient has overflowed; empties the gradients. */
function updateWeights(state, rate, norm) {
  const isGood = Number.isFinite(norm);
  for (const { value, gradient, velocity } of tensorsOf(state)) {
    for (let i = 0; isGood && i < value.length; i++) {
      velocity[i] = parameters.momentum * velocity[i] + gradient[i] / state.lossScale;
      value[i] -= rate * velocity[i];
    }
    gradient.fill(0);
  }
  state.goodSteps = isGood ? state.goodSteps + 1 : 0;
  if (!isGood) {
    state.lossScale /= 2;
    log.event(`a gradient overflowed at step ${state.step}: the loss scale is ${state.lossScale} now`, 'warning');
  } else if (state.goodSteps % 1500 === 0) {
    state.lossScale *= 2;
  }
}

/** Mean cross-entropy, the fraction told right, and of each figure the fraction of its namings that are right. */
function evaluate(layers, pictures) {
  let loss = 0;
  const named = FIGURES.map(() => 0);
  const rightly = FIGURES.map(() => 0);
  for (const { pixels, figure } of pictures) {
    const probabilities = activationsOf(layers, pixels)[layers.length];
    const name = likeliest(probabilities);
    loss += lossOf(probabilities, figure) / pictures.length;
    named[name]++;
    if (name === figure) rightly[name]++;
  }
  const right = rightly.reduce((sum, count) => sum + count, 0);
  return { loss, accuracy: right / pictures.length, precisions: rightly.map((count, at) => count / named[at]) };
}

/** Under another name first: an attempt that ends while it writes leaves the older state whole. */
function saveState(state) {
  if (!process.env.SIDELAB_CHECKPOINTS) return; // by hand there is no next attempt
  const plain = (key, value) => (value instanceof Float64Array ? [...value] : value);
  writeFileSync(`${checkpoint}.new`, JSON.stringify(state, plain));
  renameSync(`${checkpoint}.new`, checkpoint);
  log.event(`checkpoint after ${state.step} steps`);
}

function loadState() {
  if (!process.env.SIDELAB_CHECKPOINTS || !existsSync(checkpoint)) return undefined;
  const state = JSON.parse(readFileSync(checkpoint, 'utf8'));
  for (const tensor of tensorsOf(state)) {
    for (const key of ['value', 'gradient', 'velocity']) tensor[key] = Float64Array.from(tensor[key]);
  }
  return state;
}

function say(sentence) {
  log.event(sentence);
  console.log(sentence);
}
