/** What axe-core finds wrong with the webview that is shown, a line each. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Workbench } from './workbench';

interface Violation {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly { readonly html: string }[];
}

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export async function axeViolations(workbench: Workbench): Promise<string[]> {
  const body = await workbench.frame().locator('body').elementHandle();
  const frame = await body?.ownerFrame();
  if (!frame) throw new Error('No webview is shown.');
  // As the debugger does it: the page's own policy admits no other script.
  await frame.evaluate(source);
  return frame.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } };
    const { violations } = await axe.run();
    return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(' | ')}`);
  });
}
