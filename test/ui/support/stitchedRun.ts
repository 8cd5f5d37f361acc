/** A run of two attempts: the second begins anew where the first had saved, and goes on; thousands of events, some grave. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Workbench } from './workbench';

export const events = { infos: 2000, errorAt: 2500, warningAt: 7500 };

const program = `
const { appendFileSync } = require('node:fs');
const attempt = Number(process.env.SIDELAB_ATTEMPT);
let seed = 7 + attempt;
const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
const lines = [];
const write = (line) => lines.push(JSON.stringify(line));
for (let step = attempt === 1 ? 0 : 4000; step < (attempt === 1 ? 6000 : 10000); step++) {
  const loss = 2 * Math.exp(-step / 3000) + 0.05 * (random() - 0.5) + (attempt === 1 && step > 4000 ? (step - 4000) / 1000 : 0);
  write({ step, metrics: { 'train/loss': loss, 'train/accuracy': 1 - loss / 3, 'train/learning rate': 0.001 * Math.exp(-step / 2000), 'train/signal': Math.sin(step / 200) } });
  if (step % 5 === 0) write({ event: 'batch ' + step + ' done', step });
  if (step === ${events.errorAt}) write({ event: 'the gradient exploded', level: 'error', step });
  if (step === ${events.warningAt}) write({ event: 'the learning rate is small', level: 'warning', step });
}
appendFileSync(process.env.SIDELAB_RUN_LOG, lines.join('\\n') + '\\n');
process.exitCode = attempt === 1 ? 1 : 0;
`;

/** Submits it, waits for its end, opens its panel. */
export async function openStitchedRun(workbench: Workbench, name = 'stitched'): Promise<void> {
  writeFileSync(path.join(workbench.workspace, 'stitched.cjs'), program);
  const file = path.join(workbench.workspace, `${name}.run.json`);
  writeFileSync(file, JSON.stringify({ experiment: 'charts', name, retries: 1, command: ['node', 'stitched.cjs'] }));
  await workbench.showViewContainer('Sidelab');
  await workbench.host(async (vscode, path) => {
    await vscode.commands.executeCommand('sidelab.submitRun', vscode.Uri.file(path));
  }, file);
  const row = workbench.row(name).filter({ hasText: 'completed' });
  await row.waitFor();
  await workbench.host(async (vscode) => vscode.commands.executeCommand('workbench.action.closeAllEditors'));
  await row.click();
  await workbench.frame().locator('sidelab-chart', { hasText: '12,000 points' }).first().waitFor();
}
