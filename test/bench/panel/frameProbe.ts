/**
 * What is measured inside the pages of a workbench: a script that every frame runs before its own, webviews included. It
 * notes when the mouse was pressed, what the panel heard and when, when its charts were there, the pace of its frames, and
 * tasks that took too long. Times are milliseconds since 1970, so that those of several frames can be compared.
 */
import type { Frame, Page } from 'playwright-core';

export interface HeardMessage {
  readonly atMs: number;
  /** Until all listeners had returned. */
  readonly tookMs: number;
  readonly what: string;
}

export interface LongTask {
  readonly atMs: number;
  readonly durationMs: number;
  readonly name: string;
}

export interface PanelTimes {
  /** When its script listened. */
  readonly firstWordMs: number | undefined;
  readonly heard: readonly HeardMessage[];
}

/** What the workbench's own page saw of a panel since the mouse was pressed. */
export interface SeenTimes {
  pressedMs?: number;
  documentMs?: number;
  emptyMs?: number;
  /** The first charts, as the picture that the page was sent with. */
  pictureMs?: number;
  firstChartMs?: number;
  /** All that are in view. */
  allChartsMs?: number;
  /** When the picture of a graph was painted, as its view has marked it. */
  graphMs?: number;
}

export interface FrameTimes {
  /** Between the frames that were drawn. */
  readonly intervalsMs: readonly number[];
  /** What frame callbacks and heard messages took, in all. */
  readonly callbacksMs: number;
  readonly messagesMs: number;
  readonly messages: number;
  readonly longTasks: readonly LongTask[];
}

export interface Probe {
  readonly seen?: SeenTimes;
  readonly panel: PanelTimes;
  beginFrames(): void;
  endFrames(): FrameTimes;
  readonly longTasks: LongTask[];
  /** Messages with points, or with changed nodes, that were heard so far. */
  readonly appends: number;
}

type Probed = typeof globalThis & { sidelabProbe?: Probe };

/** Runs in the page; it travels as text. */
function installProbe(): void {
  const host = window as unknown as { sidelabProbe?: Probe };
  if (host.sidelabProbe) return;
  const native = window.requestAnimationFrame.bind(window);
  const now = (): number => performance.timeOrigin + performance.now();
  const panel = {
    firstWordMs: undefined as number | undefined,
    heard: [] as HeardMessage[],
  };
  const longTasks: LongTask[] = [];
  let appends = 0;
  let frames:
    { intervals: number[]; callbacks: number; messagesMs: number; messages: number; long: number } | undefined;

  host.sidelabProbe = {
    panel,
    longTasks,
    get appends() {
      return appends;
    },
    beginFrames() {
      const mine = (frames = {
        intervals: [] as number[],
        callbacks: 0,
        messagesMs: 0,
        messages: 0,
        long: longTasks.length,
      });
      let last = 0;
      const tick = (time: number): void => {
        if (frames !== mine) return;
        if (last > 0) mine.intervals.push(time - last);
        last = time;
        native(tick);
      };
      native(tick);
    },
    endFrames() {
      const ended = frames;
      frames = undefined;
      return {
        intervalsMs: ended?.intervals ?? [],
        callbacksMs: ended?.callbacks ?? 0,
        messagesMs: ended?.messagesMs ?? 0,
        messages: ended?.messages ?? 0,
        longTasks: longTasks.slice(ended?.long ?? 0),
      };
    },
  };

  new PerformanceObserver((list) => {
    for (const { startTime, duration, name } of list.getEntries()) {
      longTasks.push({ atMs: performance.timeOrigin + startTime, durationMs: duration, name });
    }
  }).observe({ type: 'longtask', buffered: true });

  const probe = host.sidelabProbe;
  window.requestAnimationFrame = (callback) =>
    native((time) => {
      const begin = now();
      callback(time);
      if (frames) frames.callbacks += now() - begin;
    });

  // A webview's document is written anew after this script has run, which takes listeners away but not properties.
  const listen = window.addEventListener.bind(window) as (type: string, listener: unknown, options?: unknown) => void;
  window.addEventListener = ((type: string, listener: unknown, options?: unknown): void => {
    if (type !== 'message' || typeof listener !== 'function') return listen(type, listener, options);
    const heard = listener as (event: unknown) => void;
    panel.firstWordMs ??= now();
    listen(
      type,
      (event: MessageEvent<{ method?: string; id?: number } | undefined>) => {
        const begin = now();
        heard(event);
        const took = now() - begin;
        const { method, id } = event.data ?? {};
        if (panel.heard.length < 200) {
          panel.heard.push({ atMs: begin, tookMs: took, what: method ?? `answer ${id ?? '?'}` });
        }
        const isNews = method === 'panel.appended' || method === 'graph.changed';
        if (isNews) appends += 1;
        if (frames && isNews) {
          frames.messagesMs += took;
          frames.messages += 1;
        }
      },
      options,
    );
  }) as typeof window.addEventListener;

  if (window !== window.top) return;
  const isDrawn = (card: Element): boolean => {
    const caption = card.querySelector('.caption')?.textContent ?? '';
    return caption !== '' && caption !== 'Loading…';
  };
  /** The document of the newest panel: the inner one of the two frames of a webview, of the same origin as the workbench here. */
  const panelDocument = (): Document | undefined => {
    const outer = [...document.querySelectorAll<HTMLIFrameElement>('iframe.webview')].at(-1)?.contentDocument;
    const inner = outer?.querySelector<HTMLIFrameElement>('iframe#active-frame, iframe#pending-frame')?.contentDocument;
    return inner ?? undefined;
  };
  let seen: SeenTimes = {};
  // What is seen in a frame was drawn in the one before: so this is at most one frame late, for every kind of panel.
  const look = (): void => {
    const shown = panelDocument();
    if (shown?.querySelector('sidelab-run-panel, sidelab-graph-panel, #empty')) seen.documentMs ??= now();
    if (shown?.querySelector('#empty')) seen.emptyMs ??= now();
    if (shown?.querySelector('div.firstPicture')) seen.pictureMs ??= now();
    const cards = [...(shown?.querySelectorAll('sidelab-chart') ?? [])];
    if (cards.some(isDrawn)) seen.firstChartMs ??= now();
    if (seen.firstChartMs !== undefined) {
      const height = shown?.defaultView?.innerHeight ?? 0;
      const inView = cards.filter((card) => {
        const { top, bottom } = card.getBoundingClientRect();
        return bottom > 0 && top < height;
      });
      if (inView.every(isDrawn)) seen.allChartsMs = now();
    }
    const clock = shown?.defaultView?.performance;
    const painted = clock?.getEntriesByName('graph painted')[0];
    if (clock && painted) seen.graphMs = clock.timeOrigin + painted.startTime;
    const isThere = (seen.emptyMs ?? seen.allChartsMs ?? seen.graphMs) !== undefined;
    if (!isThere && now() - (seen.pressedMs ?? 0) < 10_000) native(look);
  };
  window.addEventListener(
    'mousedown',
    () => {
      host.sidelabProbe = { ...probe, seen: (seen = { pressedMs: now() }) };
      native(look);
    },
    true,
  );
}

/** For all pages that are loaded from now on. */
export async function probeFrames(page: Page): Promise<void> {
  await page.context().addInitScript(installProbe);
}

/** The frame of the panel that is shown, as soon as it is there. */
export async function panelFrame(page: Page, selector: string): Promise<Frame> {
  const outer = page.locator('iframe.webview.ready').filter({ visible: true }).last();
  const inner = await outer
    .contentFrame()
    .frameLocator('iframe#active-frame')
    .locator(selector)
    .first()
    .elementHandle();
  const frame = await inner?.ownerFrame();
  if (!frame) throw new Error('The panel has no frame.');
  return frame;
}

export const seenTimes = async (page: Page): Promise<SeenTimes> =>
  page.evaluate(() => (globalThis as Probed).sidelabProbe?.seen ?? {});

export const panelTimes = async (frame: Frame): Promise<PanelTimes> =>
  frame.evaluate(() => {
    const probe = (globalThis as Probed).sidelabProbe;
    if (!probe) throw new Error('The frame has no probe.');
    return probe.panel;
  });

export const beginFrames = async (frame: Frame): Promise<void> =>
  frame.evaluate(() => (globalThis as Probed).sidelabProbe?.beginFrames());

export const endFrames = async (frame: Frame): Promise<FrameTimes> =>
  frame.evaluate(() => {
    const probe = (globalThis as Probed).sidelabProbe;
    if (!probe) throw new Error('The frame has no probe.');
    return probe.endFrames();
  });

/** Counts the milliseconds of tasks of the page's main thread from now on; the answer ends it. */
export async function countTasks(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const count = async (): Promise<number> => {
    const { metrics } = await session.send('Performance.getMetrics');
    return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN);
  };
  const before = await count();
  return async () => {
    const spent = (await count()) - before;
    await session.detach();
    return spent;
  };
}
