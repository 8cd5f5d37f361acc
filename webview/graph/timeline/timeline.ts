/**
 * The timeline of a graph: the rows of its tree over time, on a canvas, with rows for screen readers over them. Between `mount` and
 * `unmount` it is shown; only then does anything run.
 */
import { every, systemClock } from '../../../src/base/clock';
import { type Disposable, DisposableStore, toDisposable } from '../../../src/base/lifecycle';
import type { Drawable, FrameLoop } from '../../shared/frameLoop';
import type { ThemeWatch } from '../../shared/theme';
import type { ModelNode } from '../graphModel';
import { NodeTree } from '../nodeTree';
import type { Point } from '../layout/placed';
import { CanvasPen } from '../picture/canvasPen';
import type { Size } from '../picture/viewport';
import { buildScene, pointedText } from './buildScene';
import { paintTimeline } from './paintTimeline';
import { RowNavigation } from './rowNavigation';
import { lineOf } from './rowTexts';
import { TextWidths } from '../picture/textWidths';
import { TimelineGestures, type TimelineGestureTarget } from './timelineGestures';
import { TimelinePane } from './timelinePane';
import { TimelineRows, type TimelineView } from './timelineRows';
import { foldPx, indentOf, timelineMeasures, type TimelineMeasures, type TimelineScene, topOf } from './timelineScene';
import { timelineSvg } from './timelineSvg';
import { TimelineViewport } from './timelineViewport';

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
  /** What can be done with a node is asked for, at a place in the window. */
  readonly onMenu?: (node: ModelNode, at: Point) => void;
}

export class Timeline implements Drawable, Disposable {
  readonly #around: TimelineSurroundings;
  readonly #tree = new NodeTree('timeline');
  readonly #pane = new TimelinePane(this.#tree.element);
  readonly #context = this.#pane.canvas.getContext('2d');
  readonly #pen = this.#context && new CanvasPen(this.#context);
  readonly #widths = new TextWidths();
  readonly #port = new TimelineViewport();
  readonly #navigation: RowNavigation;
  #mounted: DisposableStore | undefined;
  #ticking: Disposable | undefined;
  #rows: TimelineRows | undefined;
  /** The mouse, in the area. */
  #hovered: Point | undefined;
  /** To be scrolled to with the next picture. */
  #reveal: ModelNode | undefined;

  constructor(around: TimelineSurroundings) {
    this.#around = around;
    this.#navigation = new RowNavigation(() => this.#rows, {
      select: (node) => this.#select(node),
      toggle: around.onToggle,
      open: around.onOpen,
    });
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
        () => this.#port.namesPx,
        (px) => {
          this.#port.wishedNamesPx = px;
          this.#invalidate();
        },
      ),
    );
    // States may have changed while it was away, and its box has forgotten where it was.
    if (this.#rows) this.#rows = new TimelineRows(this.#rows.view);
    this.#reveal = this.#rows?.view.selected;
    scroll.scrollTop = this.#port.scrollPx;
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
    const isSame = this.#mounted !== undefined && before?.model === view.model && before.view.isPlan === view.isPlan;
    // What is open changes most often: the times of the same nodes hold.
    const rows = new TimelineRows(view, isSame ? before : undefined);
    this.#rows = rows;
    if (before && (before.view.isPlan !== view.isPlan || before.model.top.id !== view.model.top.id)) {
      this.#port.fit();
      this.#port.scrollPx = this.#pane.scroll.scrollTop = 0;
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
    return timelineSvg(this.#sceneOf(rows, { width: this.#port.size.width, height }, 0, false), this.#widths);
  }

  measure(): void {
    const { scroll } = this.#pane;
    if (scroll.clientWidth === 0) return;
    this.#port.size = { width: scroll.clientWidth, height: scroll.clientHeight };
    this.#port.scrollPx = scroll.scrollTop;
  }

  draw(): void {
    const rows = this.#rows;
    const [context, pen] = [this.#context, this.#pen];
    if (!this.#mounted || !rows || !context || !pen) return;
    this.#placeRows(rows);
    const { size, scrollPx, mostNamesPx } = this.#port;
    const scene = this.#sceneOf(rows, size, scrollPx, true);
    const { width, height } = size;
    this.#pane.fitCanvas(width, height);
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    context.clearRect(0, 0, width, height);
    pen.theme = scene.theme;
    paintTimeline(pen, scene);
    this.#pane.setNames(scene.namesPx, mostNamesPx);
    const { view } = rows;
    const nowMs = view.nowMs();
    this.#tree.update({
      rows: rows.all,
      first: scene.rows[0]?.index ?? 0,
      last: scene.rows.at(-1)?.index ?? -1,
      selected: view.selected ? rows.indexOf(view.selected) : -1,
      boxOf: (index) => ({ x: 0, y: topOf(scene, index), height: scene.measures.rowPx }),
      nowMs,
      labelOf: (node) => rows.label(node, nowMs),
    });
    this.#showTooltip(rows, scene);
  }

  get #measures(): TimelineMeasures {
    return timelineMeasures(this.#around.theme.current.fontSizePx);
  }

  #sceneOf(rows: TimelineRows, size: Size, scrollPx: number, isLooked: boolean): TimelineScene {
    return buildScene(rows, {
      ...size,
      scrollPx,
      namesPx: this.#port.namesPx,
      range: this.#port.rangeOf(rows),
      hovered: isLooked ? this.#hovered : undefined,
      isFocused: isLooked && document.activeElement === this.#tree.element,
      theme: this.#around.theme.current,
      isHighContrast: document.body.matches('.vscode-high-contrast, .vscode-high-contrast-light'),
      widths: this.#widths,
    });
  }

  /** How high all rows are, and which of them are seen. */
  #placeRows(rows: TimelineRows): void {
    const measures = this.#measures;
    const count = rows.all.length;
    this.#pane.setHeight(measures.axisPx + count * measures.rowPx, this.#port.size.height);
    const scrollPx = this.#port.scrollFor(count, this.#reveal ? rows.indexOf(this.#reveal) : -1, measures);
    this.#reveal = undefined;
    if (scrollPx === this.#port.scrollPx) return;
    this.#pane.scroll.scrollTop = this.#port.scrollPx = scrollPx;
  }

  #rowAt(at: Point): ModelNode | undefined {
    return this.#rows?.all[this.#port.rowAt(at, this.#measures)]?.node;
  }

  #isFold({ children, depth }: ModelNode, { x }: Point): boolean {
    const left = indentOf({ measures: this.#measures, namesPx: this.#port.namesPx }, depth);
    return children.length > 0 && x >= left - 4 && x < left + foldPx;
  }

  #showTooltip(rows: TimelineRows, scene: TimelineScene): void {
    const at = this.#hovered;
    if (!at) {
      this.#pane.hideTooltip();
      return;
    }
    const node = this.#rowAt(at);
    const lines = node ? [...rows.tooltip(node, rows.view.nowMs())] : [];
    if (node || at.y < scene.measures.axisPx) lines.push(...pointedText(rows, scene));
    this.#pane.showTooltip(lines, at);
  }

  /** By the mouse, or by a key of the selected row: then at its name. */
  #openMenu(at: Point | undefined): void {
    const rows = this.#rows;
    const selected = rows?.view.selected;
    const index = rows && selected ? rows.indexOf(selected) : -1;
    const node = at ? this.#rowAt(at) : rows?.all[index]?.node;
    if (!node) return;
    const measures = this.#measures;
    const { namesPx, scrollPx } = this.#port;
    const ofRow = {
      x: indentOf({ measures, namesPx }, node.depth) + foldPx,
      y: topOf({ measures, scrollPx }, index) + measures.rowPx,
    };
    const { x, y } = at ?? ofRow;
    const { left, top } = this.#pane.canvas.getBoundingClientRect();
    this.#hovered = undefined;
    this.#invalidate();
    this.#around.onMenu?.(node, { x: left + x, y: top + y });
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

  #look(change: (port: TimelineViewport, rows: TimelineRows) => void): void {
    if (!this.#rows) return;
    change(this.#port, this.#rows);
    this.#invalidate();
  }

  #select(node: ModelNode): void {
    this.#reveal = node;
    this.#around.onSelect(node);
    this.#invalidate();
  }

  #gestureTarget(): TimelineGestureTarget {
    const { scroll } = this.#pane;
    return {
      hover: (at) => {
        this.#hovered = at;
        this.#invalidate();
      },
      click: (at) => {
        const node = this.#rowAt(at);
        if (node && this.#isFold(node, at)) this.#around.onToggle(node);
        else if (node) this.#select(node);
      },
      doubleClick: (at) => {
        const node = this.#rowAt(at);
        if (at.y < this.#measures.axisPx) this.#look((port) => port.fit());
        else if (node && !this.#isFold(node, at)) this.#around.onOpen(node);
      },
      menu: (at) => this.#openMenu(at),
      zoom: (at, factor) => this.#look((port, rows) => port.zoom(rows, at, factor)),
      panPixels: (px) => this.#look((port, rows) => port.panPixels(rows, px)),
      panShare: (share) => this.#look((port, rows) => port.pan(rows, share)),
      scroll: (byPx) => scroll.scrollBy(0, byPx),
      scrollRows: (count) => scroll.scrollBy(0, count * this.#measures.rowPx),
      fit: () => this.#look((port) => port.fit()),
      select: (step) => this.#navigation.step(step, this.#port.page(this.#measures)),
      left: () => this.#navigation.left(),
      right: () => this.#navigation.right(),
      open: () => this.#navigation.open(),
      isInTime: (at) => this.#port.isInTime(at),
    };
  }
}
