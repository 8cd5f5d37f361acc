/**
 * A training that outlasts the time limit of an attempt. It is warned by the signal SIGUSR1 ahead of the limit: then it
 * saves its state in the folder named by SIDELAB_CHECKPOINTS and trains no further, because what it learned after that
 * would be lost. The next attempt finds the state there and goes on. It also saves every few epochs, for an end that
 * comes without a warning.
 *
 * What is trained is small, but real: a linear model of 77 columns, with noise in the data, by Adam on batches.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readParameters } from '../lib/parameters.mjs';
import { randomFrom } from '../lib/random.mjs';
import { openRunLog } from '../lib/runLog.mjs';

const EPOCHS_PER_CHECKPOINT = 10;
const ROWS = 1000;

const { hyperparameters, seconds_per_epoch: secondsPerEpoch } = readParameters({
  hyperparameters: {
    epochs: 80,
    batch_size: 200,
    seed: 24,
    split: 0.2,
    input_columns: 77,
    optimizer_config: { type: 'Adam', default_params: { lr: 0.01 } },
    scheduler_config: { type: 'StepLR', params: { step_size: 20, gamma: 0.5 } },
  },
  seconds_per_epoch: 0.09,
});
const log = openRunLog();
const checkpoint = join(process.env.SIDELAB_CHECKPOINTS ?? '.', 'state.json');
let warned = false;
process.on('SIGUSR1', () => (warned = true));

await main();

async function main() {
  const { epochs, input_columns: columns } = hyperparameters;
  const { training, validation } = makeData();
  const zeros = () => Array.from({ length: columns }, () => 0);
  const state = loadState() ?? { epoch: 0, steps: 0, weights: zeros(), mean: zeros(), square: zeros() };
  const attempt = process.env.SIDELAB_ATTEMPT ?? '1';
  say(state.epoch === 0 ? 'training begins' : `attempt ${attempt} goes on after ${state.epoch} epochs`);

  while (state.epoch < epochs) {
    const begin = performance.now();
    trainEpoch(state, training);
    log.metrics(state.epoch, { loss: lossOf(state.weights, training), val_loss: lossOf(state.weights, validation) });
    state.epoch += 1;
    log.progress(state.epoch, epochs);
    // A longer job in short: as if there were more data.
    await sleep(Math.max(0, secondsPerEpoch * 1000 - (performance.now() - begin)));
    if (warned) return saveAndWait(state);
    if (state.epoch % EPOCHS_PER_CHECKPOINT === 0) save(state);
  }
  const loss = lossOf(state.weights, validation);
  log.metadata({ val_loss: loss, attempts: Number(attempt) });
  say(`trained ${epochs} epochs in ${attempt} attempts, validation loss ${loss.toFixed(4)}`);
}

/** The signal that ends the attempt comes soon. */
async function saveAndWait(state) {
  save(state);
  say(`warned of the time limit: saved after ${state.epoch} epochs`);
  await sleep(2 ** 31 - 1);
}

/** Under another name first: an attempt that is ended while it writes leaves the older state whole. */
function save(state) {
  writeFileSync(`${checkpoint}.new`, JSON.stringify(state));
  renameSync(`${checkpoint}.new`, checkpoint);
}

function loadState() {
  return existsSync(checkpoint) ? JSON.parse(readFileSync(checkpoint, 'utf8')) : undefined;
}

/** Adam, on batches in an order that is the same for the same epoch, so that a resumed training is the same training. */
function trainEpoch(state, rows) {
  const { batch_size: size, optimizer_config: optimizer, scheduler_config: scheduler, seed } = hyperparameters;
  const { step_size: every, gamma } = scheduler.params;
  const rate = optimizer.default_params.lr * gamma ** Math.floor(state.epoch / every);
  const random = randomFrom(seed + 1000 * (state.epoch + 1));
  const order = rows.map((row) => ({ row, at: random() })).sort((a, b) => a.at - b.at);
  for (let from = 0; from < order.length; from += size) {
    const batch = order.slice(from, from + size).map(({ row }) => row);
    const errors = batch.map(({ x, y }) => predict(state.weights, x) - y);
    state.steps += 1;
    state.weights.forEach((_, column) => {
      const sum = batch.reduce((total, { x }, index) => total + errors[index] * x[column], 0);
      const gradient = (2 * sum) / batch.length;
      state.mean[column] = 0.9 * state.mean[column] + 0.1 * gradient;
      state.square[column] = 0.999 * state.square[column] + 0.001 * gradient ** 2;
      const mean = state.mean[column] / (1 - 0.9 ** state.steps);
      const square = state.square[column] / (1 - 0.999 ** state.steps);
      state.weights[column] -= (rate * mean) / (Math.sqrt(square) + 1e-8);
    });
  }
}

/** Rows of a hidden linear rule with noise; the same for the same seed. */
function makeData() {
  const { input_columns: columns, split, seed } = hyperparameters;
  const random = randomFrom(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const rule = Array.from({ length: columns }, () => normal() / 4);
  const rows = Array.from({ length: ROWS }, () => {
    const x = Array.from({ length: columns }, normal);
    return { x, y: predict(rule, x) + 0.2 * normal() };
  });
  const kept = Math.round(ROWS * split);
  return { validation: rows.slice(0, kept), training: rows.slice(kept) };
}

function predict(weights, x) {
  return weights.reduce((sum, weight, column) => sum + weight * x[column], 0);
}

function lossOf(weights, rows) {
  return rows.reduce((sum, { x, y }) => sum + (predict(weights, x) - y) ** 2, 0) / rows.length;
}

function say(sentence) {
  log.event(sentence);
  console.log(sentence);
}
