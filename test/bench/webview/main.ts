/**
 * The run panel in a headless Chromium against a made-up host. By hand, after a build:
 *
 *     node24 dist/test/bench/webview/main.mjs pictures <folder> [part of a name]    a picture of each state, theme and width
 *     node24 dist/test/bench/webview/main.mjs                      what a live tick costs, what opening 300 metrics costs
 *
 * Both report what the console and the content policy complained about.
 */
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { runPanelTabs } from '../../../src/protocol/runPanel';
import { servePanel } from './page';

const [what, folder = 'test-output/webview', wanted = ''] = process.argv.slice(2);

const pictures: readonly (readonly [scenario: string, theme: string, widthPx: number, query?: string])[] = [
  ['running', 'dark', 900, '&metrics=8'],
  ['running', 'light', 1600, '&metrics=8'],
  ['running', 'hc', 900],
  ['running', 'hcLight', 900],
  ['running', 'light', 400],
  ['running', 'dark', 300],
  ['running', 'dark', 2000],
  ['running', 'dark', 901, '&axis=wall'],
  ['running', 'light', 901, '&axis=time'],
  ['finished', 'dark', 1600, '&points=40000'],
  ['finished', 'light', 900, '&points=40'],
  ['failed', 'dark', 900],
  ['failed', 'hc', 400],
  ['cancelling', 'light', 900],
  ['queued', 'dark', 900],
  ['empty', 'dark', 900],
  ['empty', 'light', 400],
  ['unreachable', 'dark', 900],
  ['unreachable', 'hc', 1600],
  ...runPanelTabs.slice(1).flatMap((tab) =>
    (
      [
        ['dark', 900],
        ['light', 1600],
        ['hc', 900],
        ['hcLight', 900],
        ['light', 300],
      ] as const
    ).map(([theme, widthPx]) => ['running', theme, widthPx, `&tab=${tab}`] as const),
  ),
];

async function open(browser: Browser, url: string, widthPx: number): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: widthPx, height: 1000 }, reducedMotion: 'reduce' });
  page.on('console', (message) => {
    if (message.type() !== 'info')
      console.log(`  console ${message.type()}: ${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => console.log(`  page error: ${error.stack ?? error.message}`));
  await page.goto(url);
  await page.waitForSelector('h1');
  await page.waitForTimeout(900);
  return page;
}

/** By the debugger's door: the page's own policy admits no other script. */
async function axeViolations(page: Page): Promise<string[]> {
  const source = await readFile('node_modules/axe-core/axe.min.js', 'utf8');
  const session = await page.context().newCDPSession(page);
  await session.send('Runtime.evaluate', { expression: source });
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(): Promise<{ violations: AxeViolation[] }> } };
    const { violations } = await axe.run();
    return violations.map(
      ({ id, help, nodes }) =>
        `${id}: ${help}: ${nodes
          .map((node) => node.html.slice(0, 90))
          .slice(0, 3)
          .join(' | ')}`,
    );
  });
}

interface AxeViolation {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly { readonly html: string }[];
}

async function takePictures(browser: Browser, url: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [scenario, theme, widthPx, query = ''] of pictures) {
    const name = [/tab=(\w+)/.exec(query)?.[1] ?? scenario, theme, widthPx].join('-');
    if (!name.includes(wanted)) continue;
    console.log(name);
    const page = await open(browser, `${url}/?scenario=${scenario}&theme=${theme}${query}`, widthPx);
    // Over the first chart: its tooltip.
    const plot = await page
      .locator('.plot')
      .first()
      .boundingBox({ timeout: 500 })
      .catch(() => null);
    if (plot) await page.mouse.move(plot.x + plot.width / 2, plot.y + plot.height / 2);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (overflow > 0) console.log(`  ${overflow} px wider than the window`);
    for (const violation of await axeViolations(page)) console.log(`  axe: ${violation}`);
    // axe scrolls, which mounts charts: let them be drawn.
    await page.waitForTimeout(300);
    await page.screenshot({ path: path.join(folder, `${name}.png`), fullPage: true });
    await page.close();
  }
}

interface TickTimes {
  /** All frame callbacks after one notice, per notice. */
  readonly perTickMs: readonly number[];
  readonly perFrameMs: readonly number[];
}

/** Runs in the page: the time that frame callbacks take after each of some notices with points for every metric. */
async function measureTicks(page: Page, ticks: number): Promise<TickTimes> {
  return page.evaluate(async (count) => {
    const { harness } = window as unknown as { harness: { tick(points: number): void } };
    const perTickMs: number[] = [];
    const perFrameMs: number[] = [];
    const native = window.requestAnimationFrame.bind(window);
    let spent = 0;
    window.requestAnimationFrame = (callback) =>
      native((time) => {
        const began = performance.now();
        callback(time);
        const took = performance.now() - began;
        spent += took;
        if (took > 0.3) perFrameMs.push(took);
      });
    for (let i = 0; i < count; i++) {
      spent = 0;
      harness.tick(3);
      await new Promise((resolve) => setTimeout(resolve, 200));
      perTickMs.push(spent);
    }
    return { perTickMs, perFrameMs };
  }, ticks);
}

const percentile = (values: readonly number[], share: number): string =>
  ([...values].sort((a, b) => a - b)[Math.floor(share * (values.length - 1))] ?? NaN).toFixed(1);

const inWords = ({ perTickMs, perFrameMs }: TickTimes): string =>
  `tick best ${percentile(perTickMs, 0)} ms, p50 ${percentile(perTickMs, 0.5)} ms, p99 ${percentile(perTickMs, 0.99)} ms; ` +
  `frame p50 ${percentile(perFrameMs, 0.5)} ms, p99 ${percentile(perFrameMs, 0.99)} ms`;

async function measure(browser: Browser, url: string): Promise<void> {
  for (const [metrics, points] of [
    [8, 2000],
    [8, 100_000],
    [20, 2000],
  ] as const) {
    const page = await open(browser, `${url}/?metrics=${metrics}&points=${points}&tickMs=0&theme=dark`, 1600);
    await page.setViewportSize({ width: 1600, height: 2400 });
    await page.waitForTimeout(1500);
    const times = await measureTicks(page, 60);
    const charts = await page.locator('.plot canvas').count();
    console.log(`${charts} charts of ${points} points: ${inWords(times)}`);
    await page.close();
  }
  const page = await open(browser, `${url}/?metrics=300&points=2000&tickMs=0&theme=dark`, 1600);
  const timing = await page.evaluate(() => {
    const { harness } = window as unknown as { harness: { asked: string[][] } };
    return { asked: harness.asked.flat().length, cards: document.querySelectorAll('sidelab-chart').length };
  });
  console.log(`300 metrics: ${timing.cards} cards, ${timing.asked} series asked for`);
  console.log(`  ${inWords(await measureTicks(page, 30))}`);
  await page.close();
}

const themes: unknown = JSON.parse(await readFile('test/bench/webview/themes.json', 'utf8'));
const { url, server } = await servePanel(themes as Parameters<typeof servePanel>[0]);
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
try {
  await (what === 'pictures' ? takePictures(browser, url) : measure(browser, url));
} finally {
  await browser.close();
  server.close();
}
