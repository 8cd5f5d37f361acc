/**
 * The run log: how a program tells Sidelab how it is going.
 *
 * There is no library to install. Sidelab names a file in the environment variable SIDELAB_RUN_LOG, and the program
 * appends lines to it, each one a JSON object:
 *
 *     {"step":3,"metrics":{"loss":0.2}}              one point of each metric named
 *     {"event":"checkpoint saved","level":"info"}    a sentence for the timeline: info, warning or error
 *     {"progress":{"done":3,"total":10}}             how far it is
 *     {"artifact":"model.bin","category":"output"}   a file to keep with the run: input, output or code
 *     {"metadata":{"cities":400}}                    facts about the run
 *     {"tags":["baseline"]}                          words to find it by
 *
 * Any language that can append to a file can do this. Two rules: write whole lines, and write them at once, so that what
 * was said survives a crash of the program. JSON has no NaN and no Infinity: write them as the words "NaN", "Infinity" and
 * "-Infinity" (Python's bare words are understood too).
 */
import { openSync, writeSync } from 'node:fs';

/** Opens the run log; without SIDELAB_RUN_LOG (a program started by hand) everything said is dropped. */
export function openRunLog(path = process.env.SIDELAB_RUN_LOG) {
  // 'a' is append mode: each write lands at the end of the file, even when several processes log to it.
  const file = path ? openSync(path, 'a') : undefined;

  /** One object, one line, one write: lines of several writers never mix. */
  const write = (entry) => {
    if (file !== undefined) writeSync(file, `${JSON.stringify(entry, inWords)}\n`);
  };
  const inWords = (key, value) => (typeof value === 'number' && !Number.isFinite(value) ? String(value) : value);

  return {
    metrics: (step, metrics) => write({ step, metrics }),
    event: (event, level = 'info') => write({ event, level }),
    progress: (done, total) => write({ progress: { done, total } }),
    artifact: (artifact, category = 'output') => write({ artifact, category }),
    metadata: (metadata) => write({ metadata }),
    tags: (...tags) => write({ tags }),
  };
}
