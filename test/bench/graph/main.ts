/**
 * The graph panel in a headless Chromium, with made-up graphs. By hand, after a build:
 *
 *     node24 dist/test/bench/graph/main.mjs <folder> [part of a name]     a picture of each scene and theme
 *     node24 dist/test/bench/graph/main.mjs measure                       what opening, states and panning cost
 */
import { mkdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { build } from 'esbuild';
import { chromium, type Page } from 'playwright-core';

interface Theme {
  readonly className: string;
  readonly vars: Readonly<Record<string, string>>;
}

const [folder = 'test-output/graph', wanted = ''] = process.argv.slice(2);
const scenes: readonly (readonly [name: string, query: string, widthPx?: number])[] = [
  ['pipeline', 'graph=pipeline'],
  ['selected', 'graph=pipeline&look={"selected":"folds/fold-2"}'],
  ['critical', 'graph=pipeline&look={"isCriticalShown":true}'],
  ['filtered', 'graph=pipeline&look={"statuses":["failed"]}'],
  ['sweepOpen', 'graph=pipeline&look={"opened":["search"]}'],
  ['plan', 'graph=pipeline&plan=1'],
  ['timeline', 'graph=pipeline&look={"view":"timeline"}'],
  ['chain', 'graph=chain'],
  ['wide', 'graph=wide'],
  ['lattice', 'graph=lattice'],
  ['nested', 'graph=nested'],
  ['sweep', 'graph=sweep'],
  ['narrow', 'graph=pipeline&look={"selected":"train"}', 420],
];

const themes = JSON.parse(await readFile('test/bench/webview/themes.json', 'utf8')) as Record<string, Theme>;
const host = await build({
  entryPoints: ['test/bench/graph/fakeHost.ts'],
  bundle: true,
  write: false,
  platform: 'browser',
  format: 'iife',
  target: 'chrome130',
});
const policy = "default-src 'none'; script-src 'nonce-harness'; style-src 'self' 'nonce-harness'; img-src 'self' data:";
const server = createServer((request, response) => {
  void (async () => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
    const name = searchParams.get('theme') ?? 'dark';
    const theme = themes[name];
    const send = (type: string, body: string | Uint8Array): void => {
      response.writeHead(200, { 'content-type': type, 'content-security-policy': policy });
      response.end(body);
    };
    if (pathname === '/host.js') send('text/javascript', host.outputFiles[0]?.contents ?? '');
    else if (pathname === '/theme.css' && theme) {
      const variables = Object.entries(theme.vars).map(([key, value]) => `${key}: ${value};`);
      send(
        'text/css',
        `:root { ${variables.join('\n')} }\nbody { background: transparent; padding: 0 20px; margin: 0; }`,
      );
    } else if (pathname === '/' && theme) {
      send(
        'text/html',
        `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta property="csp-nonce" content="harness"><link rel="icon" href="data:,"><title>Graph</title><link rel="stylesheet" href="/theme.css?theme=${name}"><link rel="stylesheet" href="/graph.css"></head><body class="${theme.className}"><sidelab-graph-panel></sidelab-graph-panel><script nonce="harness" src="/host.js"></script><script nonce="harness" src="/graph.js"></script></body></html>`,
      );
    } else {
      try {
        send(
          pathname.endsWith('.css') ? 'text/css' : 'text/javascript',
          await readFile(path.join('dist/webview', path.basename(pathname))),
        );
      } catch {
        response.writeHead(404).end();
      }
    }
  })();
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});

async function open(query: string, widthPx = 1200): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: widthPx, height: 760 } });
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      console.log(`  ${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => console.log(`  ${error.stack ?? error.message}`));
  await page.goto(`${url}?${query}`);
  await page
    .locator('canvas')
    .first()
    .waitFor({ state: 'attached', timeout: 4000 })
    .catch(async () => console.log(await page.locator('body').innerText()));
  await page.waitForTimeout(700);
  return page;
}

async function takePictures(): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, query, widthPx] of scenes) {
    if (!name.includes(wanted)) continue;
    for (const theme of name === 'pipeline' || name === 'selected' ? ['dark', 'light', 'hc', 'hcLight'] : ['dark']) {
      const page = await open(`theme=${theme}&${query}`, widthPx);
      await page.screenshot({ path: path.join(folder, `${name}-${theme}.png`) });
      await page.close();
    }
  }
}

interface Harness {
  change(count: number): void;
}

/** Frame times while `work` runs: each frame’s length in ms. */
async function frames(page: Page, kind: 'states' | 'pan', longMs: number): Promise<number[]> {
  return page.evaluate(
    async ({ kind, longMs }) => {
      const { harness } = window as unknown as { harness: Harness };
      const area = document.querySelector('.graphTree');
      const times: number[] = [];
      const began = performance.now();
      let last = began;
      let told = began;
      let x = 400;
      const press = (type: string): void => {
        area?.dispatchEvent(new PointerEvent(type, { clientX: x, clientY: 400, pointerId: 1, button: 0, buttons: 1 }));
      };
      if (kind === 'pan') press('pointerdown');
      await new Promise<void>((resolve) => {
        const frame = (now: number): void => {
          times.push(now - last);
          last = now;
          if (kind === 'states' && now - told > 100) {
            harness.change(5);
            told = now;
          }
          if (kind === 'pan') {
            x += Math.sin(now / 300) * 14;
            press('pointermove');
          }
          if (now - began < longMs) requestAnimationFrame(frame);
          else resolve();
        };
        requestAnimationFrame(frame);
      });
      if (kind === 'pan') press('pointerup');
      return times.slice(2);
    },
    { kind, longMs },
  );
}

const inWords = (times: number[]): string => {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.floor(share * (sorted.length - 1))] ?? NaN).toFixed(1);
  return `${times.length} frames, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms`;
};

async function measure(): Promise<void> {
  for (const name of ['chain', 'wide', 'lattice', 'nested', 'sweep']) {
    const page = await open(`graph=${name}`);
    const marks = await page.evaluate(() =>
      performance.getEntriesByType('measure').map((entry) => `${entry.name} ${entry.duration.toFixed(0)} ms`),
    );
    console.log(`${name}: ${marks.join(', ')}`);
    console.log(`  50 states a second: ${inWords(await frames(page, 'states', 3000))}`);
    console.log(`  panning: ${inWords(await frames(page, 'pan', 3000))}`);
    await page.keyboard.press('0');
    await page.getByRole('button', { name: 'Fit' }).click();
    console.log(`  all in view, states: ${inWords(await frames(page, 'states', 3000))}`);
    console.log(`  all in view, panning: ${inWords(await frames(page, 'pan', 3000))}`);
    await page.close();
  }
}

try {
  await (folder === 'measure' ? measure() : takePictures());
} finally {
  await browser.close();
  server.close();
}
