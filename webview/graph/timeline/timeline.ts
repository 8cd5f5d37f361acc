/**
 * The timeline of a graph: the rows of its tree over time, on a canvas, with rows for screen readers over them. Between `mount` and
 * `unmount` it is shown; only then does anything run.
 */
import { every, systemClock } from '../../../src/base/clock';
import { type Disposable, DisposableStore, toDisposable } from '../../../src/base/lifecycle';
import { formatDateTime } from '../../shared/axisText';
import type { Drawable, FrameLoop } from '../../shared/frameLoop';
import type { ThemeWatch } from '../../shared/theme';
import type { ModelNode } from '../graphModel';
import { NodeTree } from '../nodeTree';
import type { Point } from '../layout/placed';
import { CanvasPen } from '../picture/canvasPen';
import { buildScene } from './buildScene';
import { paintTimeline } from './paintTimeline';
import { lineOf } from './rowTexts';
import { TextWidths } from './textWidths';
import { type RowStep, TimelineGestures, type TimelineGestureTarget } from './timelineGestures';
import { leastNamesPx, TimelinePane, usualNamesPx } from './timelinePane';
import { TimelineRows, type TimelineView } from './timelineRows';
import {
  foldPx,
  indentOf,
  msAt,
  timelineMeasures,
  type TimelineMeasures,
  type TimelineScene,
  topOf,
} from './timelineScene';
import { timelineSvg } from './timelineSvg';
import { elapsedText, fittedRange, movedRange, type TimeRange, zoomedRange } from './timeScale';

export type { TimelineView } from './timelineRows';

export interface TimelineSurroundings {
  readonly frames: FrameLoop;
  readonly theme: ThemeWatch;
  /** A click, or the arrow keys. */
  readonly onSelect: (node: ModelNode) => void;
  /** A double click, or Enter. */
  readonly onOpen: (node: ModelNode) => void;
  /** The fold arrow, or Left and Right: the owner changes what is open, and shows the timeline anew. */
  readonly onToggle: (node: ModelNode) => void;
}

/** Before it was ever in the page. */
const usualSize = { width: 1200, height: 600 };
const mostNamesShare = 0.6;
/** Of a narrow panel, at first. */
const usualNamesShare = 0.4;

export class Timeline implements Drawable, Disposable {
  readonly #around: TimelineSurroundings;
  readonly #tree = new NodeTree('timeline');
  readonly #pane = new TimelinePane(this.#tree.element);
  readonly #context = this.#pane.canvas.getContext('2d');
  readonly #pen = this.#context && new CanvasPen(this.#context);
  readonly #widths = new TextWidths();
  #mounted: DisposableStore | undefined;
  #ticking: Disposable | undefined;
  #rows: TimelineRows | undefined;
  /** Undefined while all is in view, also what time adds. */
  #range: TimeRange | undefined;
  #size = usualSize;
  #scrollPx = 0;
  /** As the user has set it. */
  #wishedNamesPx: number | undefined;
  /** The mouse, and what was painted when it was there. */
  #hovered: Point | undefined;
  #scene: TimelineScene | undefined;
  /** To be scrolled to with the next picture. */
  #reveal: ModelNode | undefined;

  constructor(around: TimelineSurroundings) {
    this.#around = around;
  }

  get element(): HTMLElement {
    return this.#pane.element;
  }

  focus(): void {
    this.#tree.element.focus({ preventScroll: true });
  }

  /** It is shown from now on; its element is in the page. */
  mount(): void {
    if (this.#mounted) return;
    const owned = new DisposableStore();
    this.#mounted = owned;
    const { scroll, element } = this.#pane;
    const invalidate = (): void => this.#invalidate();
    const sizes = new ResizeObserver(invalidate);
    sizes.observe(element);
    owned.own(toDisposable(() => sizes.disconnect()));
    const tree = this.#tree.element;
    for (const [target, type] of [
      [scroll, 'scroll'],
      [tree, 'focus'],
      [tree, 'blur'],
    ] as const) {
      target.addEventListener(type, invalidate);
      owned.own(toDisposable(() => target.removeEventListener(type, invalidate)));
    }
    owned.own(this.#around.theme.onDidChange(invalidate));
    owned.own(new TimelineGestures(tree, this.#gestureTarget()));
    owned.own(
      this.#pane.onResize(
        () => this.#namesPx,
        (px) => {
          this.#wishedNamesPx = px;
          this.#invalidate();
        },
      ),
    );
    // States may have changed while it was away, and its box has forgotten where it was.
    if (this.#rows) this.#rows = new TimelineRows(this.#rows.view);
    this.#reveal = this.#rows?.view.selected;
    scroll.scrollTop = this.#scrollPx;
    this.#tick();
    this.#invalidate();
  }

  unmount(): void {
    this.#mounted?.dispose();
    this.#mounted = undefined;
    this.#tick();
    this.#around.frames.forget(this);
    this.#hovered = undefined;
    this.#pane.hideTooltip();
  }

  dispose(): void {
    this.unmount();
    this.element.remove();
  }

  /** Everything anew: a new snapshot, something opened or closed, another filter. */
  show(view: TimelineView): void {
    const before = this.#rows;
    const isSame = this.#mounted !== undefined && before?.model === view.model;
    // What is open changes most often: the times of the same nodes hold.
    const rows = new TimelineRows(view, isSame ? before?.times : undefined);
    this.#rows = rows;
    if (before && (before.view.isPlan !== view.isPlan || before.model.top.id !== view.model.top.id)) {
      this.#range = undefined;
      this.#scrollPx = this.#pane.scroll.scrollTop = 0;
    }
    if (view.selected && view.selected.id !== before?.view.selected?.id) this.#reveal = view.selected;
    this.#tree.reset(rows.all);
    this.#tree.element.setAttribute('aria-label', `Timeline of ${lineOf(view.model.top.data.name)}`);
    this.#tick();
    this.#invalidate();
  }

  /** The states of these are others. */
  changed(nodes: readonly ModelNode[]): void {
    if (!this.#mounted || !this.#rows) return;
    this.#rows.changed(nodes);
    const above = new Set<ModelNode>();
    for (const node of nodes) for (let at = node.parent; at && !above.has(at); at = at.parent) above.add(at);
    this.#tree.changed(above);
    this.#tick();
    this.#invalidate();
  }

  /** All rows, in the range that is shown. */
  svg(): string {
    const rows = this.#rows;
    if (!rows) return '';
    const { axisPx, rowPx } = this.#measures;
    const height = axisPx + rows.all.length * rowPx;
    return timelineSvg(this.#sceneOf(rows, { width: this.#size.width, height }, 0, false), this.#widths);
  }

  measure(): void {
    const { scroll } = this.#pane;
    if (scroll.clientWidth === 0) return;
    this.#size = { width: scroll.clientWidth, height: scroll.clientHeight };
    this.#scrollPx = scroll.scrollTop;
  }

  draw(): void {
    const rows = this.#rows;
    const [context, pen] = [this.#context, this.#pen];
    if (!this.#mounted || !rows || !context || !pen) return;
    this.#placeRows(rows);
    const scene = this.#sceneOf(rows, this.#size, this.#scrollPx, true);
    this.#scene = scene;
    const { width, height } = this.#size;
    this.#pane.fitCanvas(width, height);
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    context.clearRect(0, 0, width, height);
    pen.theme = scene.theme;
    paintTimeline(pen, scene);
    this.#pane.setNames(scene.namesPx, width * mostNamesShare);
    const { view } = rows;
    const nowMs = view.nowMs();
    this.#tree.update({
      rows: rows.all,
      first: scene.rows[0]?.index ?? 0,
      last: scene.rows.at(-1)?.index ?? -1,
      selected: view.selected ? rows.indexOf(view.selected) : -1,
      topOf: (index) => topOf(scene, index),
      rowPx: scene.measures.rowPx,
      nowMs,
      labelOf: (node) => rows.label(node, nowMs),
    });
    this.#showTooltip(rows, scene);
  }

  get #measures(): TimelineMeasures {
    return timelineMeasures(this.#around.theme.current.fontSizePx);
  }

  get #namesPx(): number {
    const { width } = this.#size;
    const wished = this.#wishedNamesPx ?? Math.min(usualNamesPx, width * usualNamesShare);
    return Math.round(Math.max(leastNamesPx, Math.min(width * mostNamesShare, wished)));
  }

  #sceneOf(
    rows: TimelineRows,
    size: { readonly width: number; readonly height: number },
    scrollPx: number,
    isLooked: boolean,
  ): TimelineScene {
    return buildScene(rows, {
      ...size,
      scrollPx,
      namesPx: this.#namesPx,
      range: this.#range ?? fittedRange(rows.extent(rows.view.nowMs())),
      hovered: isLooked ? this.#hovered : undefined,
      isFocused: isLooked && document.activeElement === this.#tree.element,
      theme: this.#around.theme.current,
      isHighContrast: document.body.matches('.vscode-high-contrast, .vscode-high-contrast-light'),
      widths: this.#widths,
    });
  }

  /** How high all rows are, and which of them are seen. */
  #placeRows(rows: TimelineRows): void {
    const { axisPx, rowPx } = this.#measures;
    const heightPx = axisPx + rows.all.length * rowPx;
    this.#pane.setHeight(heightPx, this.#size.height);
    const mostPx = Math.max(0, heightPx - this.#size.height);
    let scrollPx = Math.min(mostPx, this.#scrollPx);
    const index = this.#reveal ? rows.indexOf(this.#reveal) : -1;
    this.#reveal = undefined;
    if (index >= 0) {
      const [least, most] = [(index + 1) * rowPx + axisPx - this.#size.height, index * rowPx];
      scrollPx = Math.max(0, Math.min(mostPx, most, Math.max(least, scrollPx)));
    }
    if (scrollPx === this.#scrollPx) return;
    this.#pane.scroll.scrollTop = scrollPx;
    this.#scrollPx = scrollPx;
  }

  #rowAt({ y }: Point): ModelNode | undefined {
    const { axisPx, rowPx } = this.#measures;
    if (y < axisPx) return undefined;
    return this.#rows?.all[Math.floor((y - axisPx + this.#scrollPx) / rowPx)]?.node;
  }

  #showTooltip(rows: TimelineRows, scene: TimelineScene): void {
    const at = this.#hovered;
    if (!at) {
      this.#pane.hideTooltip();
      return;
    }
    const node = this.#rowAt(at);
    const nowMs = rows.view.nowMs();
    const lines = node ? [...rows.tooltip(node, nowMs)] : [];
    if (scene.pointedMs !== undefined && scene.ticks.length > 0 && (node || at.y < scene.measures.axisPx)) {
      const spanMs = scene.range.toMs - scene.range.fromMs;
      const elapsed = elapsedText(scene.pointedMs - rows.originMs(nowMs), spanMs / 100);
      lines.push(rows.view.isPlan ? elapsed : `${elapsed} · ${formatDateTime(scene.pointedMs)}`);
    }
    this.#pane.showTooltip(lines, at);
  }

  #invalidate(): void {
    if (this.#mounted) this.#around.frames.invalidate(this);
  }

  /** Time goes on once a second, while anything goes on. */
  #tick(): void {
    if (this.#mounted && this.#rows?.isLive) {
      this.#ticking ??= every(systemClock, 1000, () => this.#invalidate());
      return;
    }
    this.#ticking?.dispose();
    this.#ticking = undefined;
  }

  #setRange(change: (range: TimeRange, rows: TimelineRows) => TimeRange): void {
    if (!this.#scene || !this.#rows) return;
    this.#range = change(this.#range ?? this.#scene.range, this.#rows);
    this.#invalidate();
  }

  #select(node: ModelNode | undefined): void {
    if (!node) return;
    this.#reveal = node;
    this.#around.onSelect(node);
    this.#invalidate();
  }

  /** Where the keys begin: what is selected, or what hides it. */
  get #current(): number {
    const rows = this.#rows;
    return rows?.view.selected ? rows.indexOf(rows.view.selected) : -1;
  }

  #step(step: RowStep): void {
    const count = this.#rows?.all.length ?? 0;
    const { axisPx, rowPx } = this.#measures;
    const page = Math.max(1, Math.floor((this.#size.height - axisPx) / rowPx) - 1);
    const at = this.#current;
    const to = { up: at - 1, down: at + 1, pageUp: at - page, pageDown: at + page, home: 0, end: count - 1 }[step];
    this.#select(this.#rows?.all[Math.max(0, Math.min(count - 1, to))]?.node);
  }

  #gestureTarget(): TimelineGestureTarget {
    const { scroll } = this.#pane;
    const current = (): ModelNode | undefined => this.#rows?.all[this.#current]?.node;
    const isOpen = (node: ModelNode): boolean => this.#rows?.view.open.isOpen(node) ?? false;
    const extent = (rows: TimelineRows): ReturnType<TimelineRows['extent']> => rows.extent(rows.view.nowMs());
    const perPixel = ({ fromMs, toMs }: TimeRange): number =>
      (toMs - fromMs) / Math.max(1, this.#size.width - this.#namesPx);
    return {
      hover: (at) => {
        this.#hovered = at;
        this.#invalidate();
      },
      click: (at) => {
        const node = this.#rowAt(at);
        if (!node) return;
        const fold = indentOf({ measures: this.#measures, namesPx: this.#namesPx }, node.depth);
        const isFold = node.children.length > 0 && at.x >= fold - 4 && at.x < fold + foldPx;
        if (isFold) this.#around.onToggle(node);
        else this.#select(node);
      },
      doubleClick: (at) => {
        const node = this.#rowAt(at);
        const fold = node && indentOf({ measures: this.#measures, namesPx: this.#namesPx }, node.depth);
        if (fold !== undefined && node && node.children.length > 0 && at.x >= fold - 4 && at.x < fold + foldPx) return;
        if (node) this.#around.onOpen(node);
        else if (at.y < this.#measures.axisPx) this.#fit();
      },
      zoom: (at, factor) =>
        this.#setRange((range, rows) => {
          const scene = this.#scene;
          const isInTime = at !== undefined && at.x > this.#namesPx;
          const aroundMs = scene && isInTime ? msAt({ ...scene, range }, at.x) : (range.fromMs + range.toMs) / 2;
          return zoomedRange(range, aroundMs, factor, extent(rows));
        }),
      panPixels: (px) => {
        if (px !== 0) this.#setRange((range, rows) => movedRange(range, px * perPixel(range), extent(rows)));
      },
      panShare: (share) =>
        this.#setRange((range, rows) => movedRange(range, share * (range.toMs - range.fromMs), extent(rows))),
      scroll: (byPx) => scroll.scrollBy(0, byPx),
      scrollRows: (count) => scroll.scrollBy(0, count * this.#measures.rowPx),
      fit: () => this.#fit(),
      select: (step) => this.#step(step),
      left: () => {
        const node = current();
        if (node && isOpen(node)) this.#around.onToggle(node);
        else this.#select(node?.parent);
      },
      right: () => {
        const node = current();
        if (!node || node.children.length === 0) return;
        if (isOpen(node)) this.#select(node.children[0]);
        else this.#around.onToggle(node);
      },
      open: () => {
        const node = current();
        if (node) this.#around.onOpen(node);
      },
      isInTime: ({ x }) => x > this.#namesPx,
    };
  }

  #fit(): void {
    this.#range = undefined;
    this.#invalidate();
  }
}
