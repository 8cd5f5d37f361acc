/** VS Code's own question where to save a file, as it is asked where there is no desktop. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { until } from '../../workbench/processes.mjs';
import type { Workbench } from './workbench';

/**
 * Answers the question with `name` in the workspace, and gives what was written there. The question is shown before it is ready:
 * until then it does not hear Enter, and then it writes its proposal over what was typed.
 */
export async function saveAs(workbench: Workbench, name: string): Promise<Buffer> {
  const file = path.join(workbench.workspace, name);
  const input = workbench.page.locator('.quick-input-widget .quick-input-box input');
  await input.waitFor();
  return until(`${name} to be saved`, async () => {
    if (existsSync(file) && statSync(file).size > 0) return readFileSync(file);
    if (!(await input.isVisible())) return undefined;
    const isTyped = (await input.inputValue()) === file;
    // In the box itself: a key must not reach what is behind it once it is closed.
    await (isTyped ? input.press('Enter', { timeout: 1000 }) : input.fill(file, { timeout: 1000 })).catch(
      () => undefined,
    );
    return undefined;
  });
}
