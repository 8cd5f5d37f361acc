/**
 * Looks for a short round trip through all cities, by simulated annealing.
 *
 * A move cuts the tour in two places and turns the piece between them around (2-opt). A shorter tour is always taken, a
 * longer one with the probability exp(-extra length / temperature). Hot, the search wanders; as it cools, it settles.
 * Each reheating shakes the tour, less than the time before, and lets it settle again: often somewhere better.
 *
 * Deterministic: the temperature follows the number of moves made and not the clock, so a seed leads to the same tour on
 * every machine. The clock only paces the search, so that there is something to watch; a machine that cannot make
 * 20,000 moves in a sixteenth of a second takes longer. Only `moves/per_second` is measured time.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readParameters } from './lib/parameters.mjs';
import { randomFrom } from './lib/random.mjs';
import { openRunLog } from './lib/runLog.mjs';

const STEPS_PER_SECOND = 16;
const MOVES_PER_STEP = 20_000;
/** How hot a reheating is, compared with the one before. */
const REHEAT_FACTOR = 0.5;
/** A new best tour is announced when it is this much shorter than the last one announced. */
const WORTH_AN_EVENT = 0.1;

const parameters = readParameters({
  cities: 'data/cities.json', // relative to this program
  seed: 1,
  seconds: 60,
  startTemperature: 60, // in the unit of length: an extra 60 km is taken with probability 1/e
  endTemperature: 1.5,
  reheats: 2,
});
const log = openRunLog();

await main();

async function main() {
  const { unit, cities } = JSON.parse(readFileSync(new URL(parameters.cities, import.meta.url), 'utf8'));
  const distances = measureDistances(cities);
  const random = randomFrom(parameters.seed);
  const tour = shuffledTour(cities.length, random);
  const greedyLength = lengthOf(greedyTour(distances, cities.length), distances);
  const totalSteps = Math.max(1, Math.round(parameters.seconds * STEPS_PER_SECOND));

  let length = lengthOf(tour, distances);
  let bestLength = length;
  let bestTour = tour.slice();
  let announcedLength = length;
  let cycle = 0;

  const withUnit = (value) => `${value.toFixed(0)} ${unit}`;
  const say = (text) => {
    log.event(text);
    console.log(text);
  };

  log.metadata({ cities: cities.length, 'length/start': length, 'length/greedy': greedyLength, node: process.version });
  say(
    `${cities.length} cities, a random tour of ${withUnit(length)}; always going to the nearest: ${withUnit(greedyLength)}`,
  );

  const startMs = performance.now();
  for (let step = 0; step < totalSteps; step++) {
    const { temperature, cycle: cycleNow } = scheduleAt(step / totalSteps);
    if (cycleNow > cycle) {
      cycle = cycleNow;
      say(`cooled at ${withUnit(length)}, reheated to ${temperature.toFixed(1)} (${cycle} of ${parameters.reheats})`);
    }

    const searchMs = performance.now();
    let accepted = 0;
    for (let move = 0; move < MOVES_PER_STEP; move++) {
      const change = tryMove(tour, distances, temperature, random);
      if (change === undefined) continue;
      accepted++;
      length += change;
      if (length < bestLength - 1e-6) {
        bestLength = length;
        bestTour = tour.slice();
      }
    }
    const elapsedSeconds = (performance.now() - searchMs) / 1000;

    log.metrics(step, {
      'tour/length': length,
      'tour/best': bestLength,
      temperature,
      acceptance: accepted / MOVES_PER_STEP,
      'moves/per_second': MOVES_PER_STEP / elapsedSeconds,
    });
    log.progress(step + 1, totalSteps);
    if (bestLength < announcedLength * (1 - WORTH_AN_EVENT)) {
      announcedLength = bestLength;
      log.event(`new best tour, ${withUnit(bestLength)}`);
    }
    if (step % STEPS_PER_SECOND === 0) {
      console.log(
        `step ${step} of ${totalSteps}: length ${withUnit(length)}, best ${withUnit(bestLength)}, ` +
          `temperature ${temperature.toFixed(2)}`,
      );
    }
    await sleep(Math.max(0, startMs + ((step + 1) * 1000) / STEPS_PER_SECOND - performance.now()));
  }

  // Summed anew: thousands of small changes leave a rounding error behind.
  bestLength = lengthOf(bestTour, distances);
  const shorter = ((1 - bestLength / greedyLength) * 100).toFixed(1);
  say(`cooled: best tour ${withUnit(bestLength)}, ${shorter} % shorter than always going to the nearest city`);
  log.metadata({ 'length/best': bestLength });
  if (bestLength < greedyLength) log.tags('beats-greedy');
  saveTour(bestTour, cities, bestLength, unit);
}

/** Temperature and number of reheatings so far, at a fraction of the whole search in [0, 1). */
function scheduleAt(fraction) {
  const position = fraction * (parameters.reheats + 1);
  const cycle = Math.floor(position);
  const hot = Math.max(parameters.endTemperature, parameters.startTemperature * REHEAT_FACTOR ** cycle);
  return { cycle, temperature: hot * (parameters.endTemperature / hot) ** (position - cycle) };
}

/** Makes one random 2-opt move if the temperature allows it; returns the change in length, or undefined. */
function tryMove(tour, distances, temperature, random) {
  const count = tour.length;
  const first = Math.floor(random() * count);
  const last = (first + 1 + Math.floor(random() * (count - 2))) % count;
  const [a, b] = [tour[(first + count - 1) % count], tour[first]];
  const [c, d] = [tour[last], tour[(last + 1) % count]];
  const change =
    distances[a * count + c] + distances[b * count + d] - distances[a * count + b] - distances[c * count + d];
  if (change > 0 && random() >= Math.exp(-change / temperature)) return undefined;
  reverse(tour, first, last);
  return change;
}

/** Turns around the piece of the round trip from position `first` to position `last`, across the end if need be. */
function reverse(tour, first, last) {
  const count = tour.length;
  let swaps = Math.floor((((last - first + count) % count) + 1) / 2);
  for (let i = first, j = last; swaps > 0; swaps--) {
    [tour[i], tour[j]] = [tour[j], tour[i]];
    i = (i + 1) % count;
    j = (j + count - 1) % count;
  }
}

/** All distances, row by row. */
function measureDistances(cities) {
  return Float64Array.from(cities.flatMap(([x, y]) => cities.map(([u, v]) => Math.hypot(x - u, y - v))));
}

function lengthOf(tour, distances) {
  let length = 0;
  for (let i = 0; i < tour.length; i++) length += distances[tour[i] * tour.length + tour[(i + 1) % tour.length]];
  return length;
}

/** A tour in random order (Fisher and Yates). */
function shuffledTour(count, random) {
  const tour = Uint16Array.from({ length: count }, (_, city) => city);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [tour[i], tour[j]] = [tour[j], tour[i]];
  }
  return tour;
}

/** The tour of someone who always goes on to the nearest city not yet seen: what the search has to beat. */
function greedyTour(distances, count) {
  const tour = [0];
  const unseen = new Set(Array.from({ length: count - 1 }, (_, i) => i + 1));
  while (unseen.size > 0) {
    const row = tour[tour.length - 1] * count;
    const nearest = [...unseen].reduce((best, city) => (distances[row + city] < distances[row + best] ? city : best));
    tour.push(nearest);
    unseen.delete(nearest);
  }
  return tour;
}

/** Writes the best tour into the run's own folder and hands it over as an artifact; by hand there is no such folder. */
function saveTour(tour, cities, length, unit) {
  const folder = process.env.SIDELAB_OUTPUTS;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'best-tour.json');
  const order = Array.from(tour);
  writeFileSync(path, `${JSON.stringify({ length, unit, order, cities: order.map((city) => cities[city]) })}\n`);
  log.artifact(path);
  console.log(`best tour written to ${path}`);
}
