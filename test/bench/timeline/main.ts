/**
 * The timeline of the graph panel in a headless Chromium, with made-up graphs. By hand, after a build:
 *
 *     node24 dist/test/bench/timeline/main.mjs <folder> [part of a name]     a picture of each graph and theme
 *     node24 dist/test/bench/timeline/main.mjs measure                       what scrolling and states cost
 *
 * Both report what the console, the content policy and axe complained about.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { build } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';

const [folder = 'test-output/timeline', wanted = ''] = process.argv.slice(2);

interface Theme {
  readonly className: string;
  readonly vars: Readonly<Record<string, string>>;
}

const policy = "default-src 'none'; script-src 'nonce-harness'; style-src 'self'; img-src data:";
const pictures: readonly (readonly [name: string, query: string, widthPx?: number, scrollPx?: number])[] = [
  ['pipeline', 'graph=pipeline&open=search'],
  ['closed', 'graph=pipeline&closed=folds&closed=search&selected=report', 700],
  ['critical', 'graph=pipeline&critical&closed=search'],
  ['filtered', 'graph=pipeline&only=failed&hit=folds/fold-1&hit=split&selected=split'],
  ['live', 'graph=live&open=search'],
  ['liveClosed', 'graph=live&closed=search&critical'],
  ['plan', 'graph=plan'],
  ['unlimited', 'graph=unlimited'],
  ['sweep', 'graph=sweep'],
  ['sweepOpen', 'graph=sweep&open=search', 1100, 60_000],
  ['narrow', 'graph=pipeline', 320],
];

async function serve(themes: Readonly<Record<string, Theme>>): Promise<{ url: string; server: Server }> {
  const { outputFiles } = await build({
    entryPoints: { page: 'test/bench/timeline/fakePanel.ts', style: 'test/bench/timeline/harness.css' },
    bundle: true,
    write: false,
    outdir: 'out',
    platform: 'browser',
    format: 'iife',
    target: 'chrome130',
  });
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
    const name = searchParams.get('theme') ?? 'dark';
    const theme = themes[name];
    const file = outputFiles.find((output) => pathname === `/${path.basename(output.path)}`);
    if (file) {
      response.writeHead(200, { 'content-type': pathname.endsWith('.css') ? 'text/css' : 'text/javascript' });
      response.end(file.contents);
    } else if (pathname === '/theme.css' && theme) {
      const variables = Object.entries(theme.vars).map(([key, value]) => `${key}: ${value};`);
      response.writeHead(200, { 'content-type': 'text/css' });
      response.end(`:root { ${variables.join('\n')} }`);
    } else if (pathname === '/' && theme) {
      response.writeHead(200, { 'content-type': 'text/html', 'content-security-policy': policy });
      response.end(
        `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Timeline</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/theme.css?theme=${name}"><link rel="stylesheet" href="/style.css"></head><body class="${theme.className}"><main></main><script nonce="harness" src="/page.js"></script></body></html>`,
      );
    } else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

async function open(browser: Browser, url: string, widthPx: number): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: widthPx, height: 560 }, reducedMotion: 'reduce' });
  page.on('console', (message) => console.log(`  console ${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => console.log(`  page error: ${error.stack ?? error.message}`));
  await page.goto(url);
  await page.waitForSelector('[role=treeitem]', { state: 'attached' });
  await page.waitForTimeout(300);
  return page;
}

/** By the debugger's door: the page's own policy admits no other script. */
async function axeViolations(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page);
  await session.send('Runtime.evaluate', { expression: await readFile('node_modules/axe-core/axe.min.js', 'utf8') });
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(): Promise<{ violations: { id: string; help: string }[] }> } };
    return (await axe.run()).violations.map(({ id, help }) => `${id}: ${help}`);
  });
}

async function takePictures(browser: Browser, url: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, query, widthPx = 1100, scrollPx = 0] of pictures) {
    for (const theme of ['dark', 'light', 'hc', 'hcLight']) {
      const file = `${name}-${theme}`;
      if (!file.includes(wanted)) continue;
      console.log(file);
      const page = await open(browser, `${url}/?theme=${theme}&${query}`, widthPx);
      for (const violation of await axeViolations(page)) console.log(`  axe: ${violation}`);
      await page.evaluate((top) => document.querySelector('.timelineScroll')?.scrollTo(0, top), scrollPx);
      if (name !== 'closed') await page.mouse.move(widthPx * 0.6, 430);
      if (name === 'filtered') await page.focus('.timelineTree');
      await page.waitForTimeout(200);
      await page.screenshot({ path: path.join(folder, `${file}.png`) });
      if (theme === 'light' && scrollPx === 0) await writeFile(path.join(folder, `${file}.svg`), await svgOf(page));
      await page.close();
    }
  }
}

const svgOf = async (page: Page): Promise<string> =>
  page.evaluate(() => (window as unknown as { harness: { timeline: { svg(): string } } }).harness.timeline.svg());

const percentile = (values: readonly number[], share: number): string =>
  ([...values].sort((a, b) => a - b)[Math.floor(share * (values.length - 1))] ?? NaN).toFixed(1);

/** Frame by frame through ten thousand rows while fifty states a second change. */
async function measure(browser: Browser, url: string): Promise<void> {
  const page = await open(browser, `${url}/?graph=sweep&open=search&critical`, 1600);
  const { frames, spent } = await page.evaluate(async () => {
    interface Node {
      readonly data: object;
      readonly children: readonly Node[];
    }
    const { timeline, model } = (
      window as unknown as {
        harness: { timeline: { changed(nodes: readonly Node[]): void; draw(): void }; model: { top: Node } };
      }
    ).harness;
    const draw = timeline.draw.bind(timeline);
    const spent: number[] = [];
    timeline.draw = () => {
      const from = performance.now();
      draw();
      spent.push(performance.now() - from);
    };
    const box = document.querySelector('.timelineScroll');
    const trials = model.top.children[1]?.children ?? [];
    const frames: number[] = [];
    let before = performance.now();
    for (let frame = 0; frame < 300; frame++) {
      box?.scrollBy(0, 400);
      timeline.changed([trials[(frame * 31) % trials.length] ?? model.top]);
      await new Promise(requestAnimationFrame);
      frames.push(performance.now() - before);
      before = performance.now();
    }
    return { frames, spent };
  });
  console.log(`10,000 rows: frames p50 ${percentile(frames, 0.5)} ms, p99 ${percentile(frames, 0.99)} ms`);
  console.log(`drawing p50 ${percentile(spent, 0.5)} ms, p99 ${percentile(spent, 0.99)} ms`);
}

const themes = JSON.parse(await readFile('test/bench/webview/themes.json', 'utf8')) as Readonly<Record<string, Theme>>;
const { url, server } = await serve(themes);
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
try {
  await (folder === 'measure' ? measure(browser, url) : takePictures(browser, url));
} finally {
  await browser.close();
  server.close();
}
