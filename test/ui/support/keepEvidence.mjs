/**
 * mocha root hooks of the UI suite: when a test fails, a picture of each open window and the server's log are kept in
 * test-output/failures; and no workbench outlives the suite.
 */
import fs from 'node:fs';
import path from 'node:path';
import { outputFolder } from '../../workbench/paths.mjs';

/** @typedef {import('./workbench.js').Workbench} Workbench */

/** @returns {Workbench[]} */
function openWorkbenches() {
  const { openWorkbenches = new Set() } = /** @type {{ openWorkbenches?: Set<Workbench> }} */ (
    /** @type {unknown} */ (globalThis)
  );
  return [...openWorkbenches];
}

export const mochaHooks = {
  /** @this {Mocha.Context} */
  async afterEach() {
    const test = this.currentTest;
    if (test?.state !== 'failed') return;
    const place = path.join(outputFolder, 'failures');
    const name = test
      .fullTitle()
      .replace(/[^\w-]+/g, '-')
      .slice(0, 100);
    fs.mkdirSync(place, { recursive: true });
    for (const { page, serverLog } of openWorkbenches()) {
      for (const [index, each] of page.context().pages().entries()) {
        await each.screenshot({ path: path.join(place, `${name}-${index}.png`) }).catch(report);
      }
      if (fs.existsSync(serverLog)) fs.copyFileSync(serverLog, path.join(place, `${name}-server.log`));
    }
  },

  async afterAll() {
    for (const workbench of openWorkbenches()) await workbench.stop();
  },
};

/** @param {unknown} error */
const report = (error) => console.error('No picture of the failed test:', error);
