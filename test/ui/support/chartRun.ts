/** A run whose charts have everything: groups, noise, many points, NaN, an infinity, events, a metric of negative values. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Workbench } from './workbench';

const program = `
const { appendFileSync } = require('node:fs');
let seed = 7;
const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
const lines = [];
const write = (line) => lines.push(JSON.stringify(line));
const flush = () => { appendFileSync(process.env.SIDELAB_RUN_LOG, lines.join('\\n') + '\\n'); lines.length = 0; };
for (let step = 0; step < 20000; step++) {
  const loss = 2 * Math.exp(-step / 4000) + 0.1 + 0.2 * (random() - 0.5) * Math.exp(-step / 15000);
  write({ step, metrics: { 'train/loss': loss, 'train/accuracy': 1 - loss / 3, 'optimizer/gradient norm': step === 9000 ? 50 : 1 + random() } });
  if (step % 100 === 0) write({ step, metrics: { 'validation/loss': step % 2500 === 0 ? NaN_ : loss + 0.05, examples: step * 32 } });
  if (step === 5000) write({ event: 'checkpoint saved', level: 'info', step });
  if (step === 9000) write({ event: 'the gradient exploded', level: 'error', step });
  if (step % 4000 === 0) flush();
}
console.log('half way');
flush();
setTimeout(() => {
  console.log('the end');
  write({ step: 20000, metrics: { 'train/loss': 0.1 } });
  flush();
}, 300);
`.replace('NaN_', `'NaN'`);

/** Submits it and opens its panel. */
export async function openChartRun(workbench: Workbench, name = 'curves'): Promise<void> {
  writeFileSync(path.join(workbench.workspace, 'curves.cjs'), program);
  const file = path.join(workbench.workspace, `${name}.run.json`);
  writeFileSync(file, JSON.stringify({ experiment: 'charts', name, command: ['node', 'curves.cjs'] }));
  await workbench.showViewContainer('Sidelab');
  await workbench.host(async (vscode, path) => {
    await vscode.commands.executeCommand('sidelab.submitRun', vscode.Uri.file(path));
  }, file);
  const row = workbench.row(name).filter({ hasText: 'completed' });
  await row.waitFor();
  await workbench.host(async (vscode) => vscode.commands.executeCommand('workbench.action.closeAllEditors'));
  await row.click();
  await workbench.frame().locator('sidelab-chart', { hasText: '20,001 points' }).waitFor();
}
