/**
 * Simulates a damped, driven pendulum for ever: a run that only ends when it is cancelled.
 *
 * Being cancelled begins with the signal SIGTERM. The program then has a few seconds: this one saves its state in the
 * folder named by SIDELAB_CHECKPOINTS, says so and ends with code 0. That folder is kept when the run is resumed, and a
 * state found there at the start is taken up again.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readParameters } from './lib/parameters.mjs';
import { openRunLog } from './lib/runLog.mjs';

const STEPS_PER_SECOND = 5;
const STEPS_PER_LINE = 10;
/** In units of the small pendulum's swing, whose period is 2π. */
const TIME_PER_STEP = 0.4;
const TIME_SLICE = 0.01;

const parameters = readParameters({ damping: 0.5, driveAmplitude: 1.2, driveFrequency: 0.6667, startAngle: 0.2 });
const log = openRunLog();
const checkpoint = process.env.SIDELAB_CHECKPOINTS && join(process.env.SIDELAB_CHECKPOINTS, 'pendulum.json');

await main();

async function main() {
  let state = loadState() ?? { step: 0, time: 0, angle: parameters.startAngle, velocity: 0 };
  process.on('SIGTERM', () => leave('SIGTERM', state));
  process.on('SIGINT', () => leave('SIGINT', state)); // Ctrl+C in a terminal
  log.event(state.step === 0 ? 'the pendulum is let go' : `resumed at step ${state.step}`);

  const firstStep = state.step;
  const startMs = performance.now();
  for (;;) {
    log.metrics(state.step, {
      'pendulum/angle': wrapped(state.angle),
      'pendulum/velocity': state.velocity,
      'pendulum/energy': state.velocity ** 2 / 2 + 1 - Math.cos(state.angle),
    });
    if (state.step % STEPS_PER_LINE === 0) {
      const turns = Math.round(state.angle / (2 * Math.PI));
      console.log(
        `step ${state.step}: angle ${wrapped(state.angle).toFixed(3)} rad, ${turns} turns from where it began`,
      );
    }
    state = advance(state);
    await sleep(Math.max(0, startMs + ((state.step - firstStep) * 1000) / STEPS_PER_SECOND - performance.now()));
  }
}

/** Carries the pendulum over one step, in slices fine enough for the method (Runge and Kutta's, fourth order). */
function advance({ step, time, angle, velocity }) {
  const h = TIME_SLICE;
  for (let slice = Math.round(TIME_PER_STEP / h); slice > 0; slice--) {
    const a = accelerationAt(time, angle, velocity);
    const b = accelerationAt(time + h / 2, angle + (h / 2) * velocity, velocity + (h / 2) * a);
    const c = accelerationAt(time + h / 2, angle + (h / 2) * velocity + ((h * h) / 4) * a, velocity + (h / 2) * b);
    const d = accelerationAt(time + h, angle + h * velocity + ((h * h) / 2) * b, velocity + h * c);
    angle += h * velocity + ((h * h) / 6) * (a + b + c);
    velocity += (h / 6) * (a + 2 * b + 2 * c + d);
    time += h;
  }
  return { step: step + 1, time, angle, velocity };
}

function accelerationAt(time, angle, velocity) {
  const { damping, driveAmplitude, driveFrequency } = parameters;
  return driveAmplitude * Math.cos(driveFrequency * time) - damping * velocity - Math.sin(angle);
}

/** The same direction as an angle between -π and π. */
function wrapped(angle) {
  return Math.atan2(Math.sin(angle), Math.cos(angle));
}

/** The state that an earlier attempt saved, if there is one. */
function loadState() {
  return checkpoint && existsSync(checkpoint) ? JSON.parse(readFileSync(checkpoint, 'utf8')) : undefined;
}

/** Saves what there is and ends well. */
function leave(signal, state) {
  console.log(`${signal}: stopping at step ${state.step}`);
  if (checkpoint) {
    mkdirSync(process.env.SIDELAB_CHECKPOINTS, { recursive: true });
    writeFileSync(checkpoint, `${JSON.stringify(state)}\n`);
    console.log(`state saved to ${checkpoint}`);
  }
  log.event(
    checkpoint ? `asked to stop by ${signal}: state saved at step ${state.step}` : `asked to stop by ${signal}`,
  );
  process.exit(0);
}
