/**
 * The entry of the VS Code suite. It is loaded inside the extension host, by the desktop and by the browser workbench
 * alike, runs every test bundle beside it and writes the report by which the runner judges.
 */
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Report } from '../workbench/report.mjs';

export async function run(): Promise<void> {
  const report: Report = {
    done: false,
    host: `VS Code ${vscode.version}, Node ${process.version}`,
    passed: [],
    failed: [],
    skipped: [],
    tookMs: {},
  };
  const file = process.env['SIDELAB_TEST_REPORT'];
  const save = (): void => {
    if (!file) return;
    fs.writeFileSync(`${file}.new`, JSON.stringify(report, null, 2));
    fs.renameSync(`${file}.new`, file);
  };
  const fail = (title: string, error: unknown): void => {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    report.failed.push({ title, stack });
    console.error(`  ✘ ${title}\n${stack}`);
    save();
  };
  save();

  const { default: Mocha } = await import('mocha'); // an ES module, loaded by a real import()
  const grep = process.env['SIDELAB_TEST_GREP'];
  const mocha = new Mocha({
    ui: 'bdd',
    timeout: 120_000,
    forbidOnly: Boolean(process.env['CI']),
    reporter: Mocha.reporters.Base,
    ...(grep ? { grep } : {}),
  });
  for (const name of fs.readdirSync(__dirname, { recursive: true, encoding: 'utf8' }).sort()) {
    if (name.endsWith('.test.cjs')) mocha.addFile(path.join(__dirname, name));
  }
  try {
    await mocha.loadFilesAsync();
  } catch (error) {
    report.done = true;
    fail('loading the test files', error);
    throw error;
  }

  await new Promise<void>((resolve) => {
    mocha
      .run(() => resolve())
      .on('pass', (test) => {
        report.passed.push(test.fullTitle());
        report.tookMs[test.fullTitle()] = test.duration ?? 0;
        console.log(`  ✔ ${test.fullTitle()}`);
        save();
      })
      .on('pending', (test) => {
        report.skipped.push(test.fullTitle());
        console.log(`  - ${test.fullTitle()}`);
        save();
      })
      .on('fail', (test, error) => fail(test.fullTitle(), error));
  });
  report.done = true;
  save();
  if (report.failed.length > 0) throw new Error(`${report.failed.length} tests failed.`);
}
