/**
 * Trains a small neural network to tell the points of two interleaved spirals apart.
 *
 * Two hidden layers of tanh units and one output, cross-entropy, gradients by hand-written back-propagation, Adam. The
 * clock only paces the epochs, so that there is something to watch: a seed gives the same network on every machine.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readParameters } from './lib/parameters.mjs';
import { randomFrom } from './lib/random.mjs';
import { openRunLog } from './lib/runLog.mjs';

const EPOCHS_PER_SECOND = 15;

const parameters = readParameters({
  data: 'data/spirals.json', // relative to this program
  seed: 1,
  epochs: 500,
  hidden: [24, 24], // units of the hidden layers
  learningRate: 0.003,
  batchSize: 20,
});
const log = openRunLog();

await main();

async function main() {
  const { train, validation } = JSON.parse(readFileSync(new URL(parameters.data, import.meta.url), 'utf8'));
  const random = randomFrom(parameters.seed);
  const layers = makeLayers([2, ...parameters.hidden, 1], random);
  const weights = layers.reduce((sum, { weight, bias }) => sum + weight.value.length + bias.value.length, 0);
  let bestAccuracy = 0.75; // nothing below is worth an event
  let updates = 0;

  log.metadata({ weights, 'points/train': train.length, 'points/validation': validation.length });
  log.event(`training ${weights} weights on ${train.length} points`);

  const startMs = performance.now();
  for (let epoch = 0; epoch < parameters.epochs; epoch++) {
    shuffle(train, random);
    for (let from = 0; from < train.length; from += parameters.batchSize) {
      const batch = train.slice(from, from + parameters.batchSize);
      for (const point of batch) addGradients(layers, point, batch.length);
      updateWeights(layers, parameters.learningRate, ++updates);
    }

    const learned = evaluate(layers, train);
    const held = evaluate(layers, validation);
    log.metrics(epoch, {
      'train/loss': learned.loss,
      'train/accuracy': learned.accuracy,
      'validation/loss': held.loss,
      'validation/accuracy': held.accuracy,
    });
    log.progress(epoch + 1, parameters.epochs);
    if (held.accuracy >= bestAccuracy + 0.05 || (held.accuracy === 1 && bestAccuracy < 1)) {
      bestAccuracy = held.accuracy;
      log.event(`validation accuracy ${(held.accuracy * 100).toFixed(1)} %`);
    }
    if (epoch % EPOCHS_PER_SECOND === 0) {
      console.log(
        `epoch ${epoch} of ${parameters.epochs}: loss ${learned.loss.toFixed(4)}, ` +
          `validation loss ${held.loss.toFixed(4)}, accuracy ${(held.accuracy * 100).toFixed(1)} %`,
      );
    }
    await sleep(Math.max(0, startMs + ((epoch + 1) * 1000) / EPOCHS_PER_SECOND - performance.now()));
  }

  const { loss, accuracy } = evaluate(layers, validation);
  console.log(`done: validation loss ${loss.toFixed(4)}, accuracy ${(accuracy * 100).toFixed(1)} %`);
  saveNetwork(layers);
}

/** Numbers to learn, with the sums that Adam keeps beside each. */
function makeTensor(length, fill) {
  const zeros = () => new Float64Array(length);
  return { value: zeros().map(fill), gradient: zeros(), mean: zeros(), square: zeros() };
}

function makeLayers(sizes, random) {
  return sizes.slice(1).map((outputs, i) => {
    const inputs = sizes[i];
    const scale = Math.sqrt(6 / (inputs + outputs)); // Glorot and Bengio's
    return {
      inputs,
      outputs,
      weight: makeTensor(inputs * outputs, () => (2 * random() - 1) * scale),
      bias: makeTensor(outputs, () => 0),
    };
  });
}

/** The activations of all layers, the point itself first; the last is the logit of "second spiral". */
function activationsOf(layers, [x, y]) {
  const all = [[x, y]];
  layers.forEach(({ inputs, outputs, weight, bias }, depth) => {
    const below = all[depth];
    const here = new Array(outputs);
    for (let o = 0; o < outputs; o++) {
      let sum = bias.value[o];
      for (let i = 0; i < inputs; i++) sum += weight.value[o * inputs + i] * below[i];
      here[o] = depth === layers.length - 1 ? sum : Math.tanh(sum);
    }
    all.push(here);
  });
  return all;
}

/** Back-propagation of one point's error, averaged over its batch. */
function addGradients(layers, point, batchLength) {
  const activations = activationsOf(layers, point);
  const [logit] = activations[layers.length];
  let errors = [(1 / (1 + Math.exp(-logit)) - point[2]) / batchLength];

  for (let depth = layers.length - 1; depth >= 0; depth--) {
    const { inputs, outputs, weight, bias } = layers[depth];
    const below = activations[depth];
    const errorsBelow = new Array(inputs).fill(0);
    for (let o = 0; o < outputs; o++) {
      bias.gradient[o] += errors[o];
      for (let i = 0; i < inputs; i++) {
        weight.gradient[o * inputs + i] += errors[o] * below[i];
        errorsBelow[i] += errors[o] * weight.value[o * inputs + i];
      }
    }
    errors = errorsBelow.map((error, i) => error * (1 - below[i] ** 2)); // the slope of tanh
  }
}

/** One step of Adam; empties the gradients. */
function updateWeights(layers, learningRate, updates) {
  const [keepMean, keepSquare] = [0.9, 0.999];
  const rate = (learningRate * Math.sqrt(1 - keepSquare ** updates)) / (1 - keepMean ** updates);
  for (const { value, gradient, mean, square } of layers.flatMap(({ weight, bias }) => [weight, bias])) {
    for (let i = 0; i < value.length; i++) {
      mean[i] = keepMean * mean[i] + (1 - keepMean) * gradient[i];
      square[i] = keepSquare * square[i] + (1 - keepSquare) * gradient[i] ** 2;
      value[i] -= (rate * mean[i]) / (Math.sqrt(square[i]) + 1e-8);
    }
    gradient.fill(0);
  }
}

/** Mean cross-entropy, and the fraction of points told right. */
function evaluate(layers, points) {
  let loss = 0;
  let right = 0;
  for (const point of points) {
    const [logit] = activationsOf(layers, point)[layers.length];
    const confidence = point[2] === 1 ? logit : -logit; // above 0 when right
    loss += Math.max(-confidence, 0) + Math.log1p(Math.exp(-Math.abs(confidence)));
    if (confidence > 0) right++;
  }
  return { loss: loss / points.length, accuracy: right / points.length };
}

/** Fisher and Yates, in place. */
function shuffle(items, random) {
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [items[i], items[j]] = [items[j], items[i]];
  }
}

/** Writes the network into the run's own folder and hands it over as an artifact; by hand there is no such folder. */
function saveNetwork(layers) {
  const folder = process.env.SIDELAB_OUTPUTS;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'network.json');
  const plain = layers.map(({ weight, bias }) => ({ weight: [...weight.value], bias: [...bias.value] }));
  writeFileSync(path, `${JSON.stringify({ layers: plain })}\n`);
  log.artifact(path);
}
