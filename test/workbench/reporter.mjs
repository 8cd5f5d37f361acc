/**
 * mocha's usual output, and a report file (SIDELAB_TEST_REPORT) that says what really ran. Where nobody watches (CI) only what fails is
 * told: a log is often kept in part, and the names of tests are full of the errors that they provoke.
 */
import fs from 'node:fs';
import Mocha from 'mocha';

const Output = process.env['CI'] ? Mocha.reporters.Dot : Mocha.reporters.Spec;

/** @implements {Mocha.reporters.Base} */
export default class Reporter extends Output {
  /**
   * @param {Mocha.Runner} runner
   * @param {Mocha.MochaOptions} options
   */
  constructor(runner, options) {
    super(runner, options);
    /** @type {import('./report.mjs').Report} */
    const report = { done: false, host: `Node ${process.version}`, passed: [], failed: [], skipped: [], tookMs: {} };
    const file = process.env['SIDELAB_TEST_REPORT'];
    const save = () => {
      if (!file) return;
      fs.writeFileSync(`${file}.tmp`, `${JSON.stringify(report, null, 2)}\n`);
      fs.renameSync(`${file}.tmp`, file);
    };
    save();
    const endLate = () => {
      const open = [...new Set(process.getActiveResourcesInfo())].join(', ');
      report.failed.push({ title: 'leaves nothing open', stack: `Still open 30 s after the last test: ${open}` });
      save();
      console.error(report.failed.at(-1)?.stack);
      process.exit(1);
    };
    runner.on('pass', (test) => report.passed.push(test.fullTitle()));
    runner.on('pending', (test) => report.skipped.push(test.fullTitle()));
    runner.on('fail', (test, error) =>
      report.failed.push({ title: test.fullTitle(), stack: error.stack ?? String(error) }),
    );
    runner.on('test end', (test) => {
      report.tookMs[test.fullTitle()] = test.duration ?? 0;
      save();
    });
    runner.on('end', () => {
      report.done = true;
      save();
      setTimeout(endLate, 30_000).unref(); // not there when the process ends by itself
    });
  }
}
