/**
 * What a suite leaves behind when it has run, wherever it ran: Node or an extension host. An exit code is not enough:
 * VS Code reports 0 when the extension host crashed, and a suite may lose its tests without anyone noticing.
 */
import { readIfThere } from './processes.mjs';

/**
 * @typedef {object} Report
 * @property {boolean} done false until the last test has ended
 * @property {string} host what it ran in
 * @property {string[]} passed titles
 * @property {{ title: string; stack: string }[]} failed
 * @property {string[]} skipped titles
 * @property {Record<string, number>} tookMs by title, without its hooks: where the time of a suite goes
 */

/**
 * @typedef {object} Outcome
 * @property {string} suite
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {Report['failed']} failures of tests, as far as it came
 */

/**
 * @param {string} suite
 * @param {string} file the report
 * @param {{ exitCode: number; mayBeEmpty: boolean; problem?: string | undefined }} run how it ended
 * @returns {Outcome} with a message printed for all that went wrong beside failed tests
 */
export function judge(suite, file, { exitCode, mayBeEmpty, problem }) {
  const text = readIfThere(file);
  /** @type {Report} */
  const report =
    text === undefined ? { done: false, host: '', passed: [], failed: [], skipped: [], tookMs: {} } : JSON.parse(text);
  const problems = problem ? [problem] : [];
  if (text === undefined) problems.push('it executed no test: there are none, or they were never loaded');
  else if (!report.done) problems.push('it ended before its last test (did its process die?)');
  else if (report.passed.length + report.failed.length === 0 && !mayBeEmpty) problems.push('it executed no test');
  if (report.done && exitCode !== 0 && report.failed.length === 0) problems.push(`its exit code is ${exitCode}`);
  for (const problem of problems) console.error(`${suite}: FAILED: ${problem}`);
  const failed = Math.max(report.failed.length, problems.length > 0 ? 1 : 0);
  return { suite, passed: report.passed.length, failed, skipped: report.skipped.length, failures: report.failed };
}

/**
 * @param {string} suite
 * @param {Outcome[]} parts of it
 * @returns {Outcome}
 */
export const joinOutcomes = (suite, parts) => ({
  suite,
  passed: sum(parts.map(({ passed }) => passed)),
  failed: sum(parts.map(({ failed }) => failed)),
  skipped: sum(parts.map(({ skipped }) => skipped)),
  failures: parts.flatMap(({ failures }) => failures),
});

/** @param {number[]} counts */
const sum = (counts) => counts.reduce((all, count) => all + count, 0);

/** @param {{ passed: number; failed: number; skipped: number }} counts */
export const countsLine = ({ passed, failed, skipped }) => `${passed} passed, ${failed} failed, ${skipped} skipped`;

const shownLines = 12;

/**
 * What failed, once more and together, where the end of a log is read.
 *
 * @param {Outcome[]} outcomes
 * @returns {string} empty when nothing did
 */
export const failuresText = (outcomes) =>
  outcomes
    .flatMap(({ suite, failures }) =>
      failures.map(({ title, stack }) => {
        const lines = stack.split('\n').slice(0, shownLines);
        return [`FAILED: ${suite}: ${title}`, ...lines.map((line) => `    ${line}`)].join('\n');
      }),
    )
    .join('\n');
