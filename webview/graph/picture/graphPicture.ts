/**
 * `<sidelab-graph-picture>`: the graph as boxes and lines on a canvas, of which only what is seen is drawn. It is laid out when
 * nodes, edges or what is open are others; states change in place. What is chosen, opened or asked for goes to its owner.
 */
import { html, LitElement, type TemplateResult } from 'lit';
import { Coalescer, systemClock } from '../../../src/base/clock';
import { type Disposable, DisposableStore, toDisposable } from '../../../src/base/lifecycle';
import type { RunId } from '../../../src/model/ids';
import { visibleControls } from '../../../src/model/plainText';
import type { RunStatus } from '../../../src/model/runStatus';
import type { GraphLook } from '../../../src/protocol/graphPanel';
import type { FrameLoop } from '../../shared/frameLoop';
import type { ThemeWatch } from '../../shared/theme';
import type { GraphModel, ModelNode } from '../graphModel';
import { layOutGraph } from '../layout/graphLayout';
import type { GraphLayout, PlacedNode, Point } from '../layout/placed';
import { nodeSentence } from '../nodeWords';
import { NodeTree } from '../nodeTree';
import { type OpenNodes, type VisibleRow, visibleRows } from '../openNodes';
import { CanvasPen } from './canvasPen';
import type { PictureLook } from './graphLook';
import { Minimap } from './minimap';
import { nodeAt, paintGraph } from './paintGraph';
import { foldBox } from './paintNode';
import { listenForGestures } from './pictureGestures';
import { Viewport } from './viewport';

export interface PictureSurroundings {
  readonly frames: FrameLoop;
  readonly theme: ThemeWatch;
  readonly onSelect: (node: ModelNode | undefined) => void;
  readonly onOpen: (node: ModelNode) => void;
  readonly onToggle: (node: ModelNode) => void;
  /** A menu is wanted at a place of the page. */
  readonly onMenu: (node: ModelNode, at: Point) => void;
  readonly onFocus: (hasFocus: boolean) => void;
  readonly onKey: (event: KeyboardEvent) => void;
  /** The picture was moved or zoomed by hand; undefined: all of it is in view. */
  readonly onPlace: (place: GraphLook['place']) => void;
}

export interface PictureView {
  readonly model: GraphModel;
  readonly open: OpenNodes;
  readonly isPlan: boolean;
  readonly selected: ModelNode | undefined;
  readonly hasFocus: boolean;
  readonly hits: ReadonlySet<RunId>;
  readonly statuses: ReadonlySet<RunStatus>;
  readonly critical: ReadonlySet<RunId> | undefined;
  readonly nowMs: () => number;
}

/** Smaller than this, a picture as a whole says nothing at first: its beginning is shown instead. */
const leastFirstScale = 0.05;
const beginningScale = 0.6;
/** Before and after the chosen node, for screen readers. */
const rowsAround = 20;
const readOutMs = 60;

export class GraphPicture extends LitElement {
  #around: PictureSurroundings | undefined;
  #view: PictureView | undefined;
  #layout: GraphLayout | undefined;
  #places = new Map<RunId, PlacedNode>();
  #viewport: Viewport | undefined;
  /** As it was kept, until there is room to show it. */
  #place: GraphLook['place'];
  /** All of it is in view and stays so, whatever changes. */
  #isFitted = true;
  #hovered: ModelNode | undefined;
  #isPainted = false;
  #pen: CanvasPen | undefined;
  #minimap: Minimap | undefined;
  /** What screen readers read and keys go to, over the canvas. */
  readonly #tree = new NodeTree('graph');
  #rows: readonly VisibleRow[] = [];
  readonly #owned = new DisposableStore();
  /** Not with each frame while the picture is moved. */
  readonly #reading = this.#owned.own(new Coalescer(systemClock, readOutMs, () => this.#readOut()));
  readonly #drawable = { draw: (): void => this.#draw() };

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  get isStarted(): boolean {
    return this.#around !== undefined;
  }

  /** Called once, before `show`. */
  start(surroundings: PictureSurroundings, place: GraphLook['place']): void {
    this.#around = surroundings;
    this.#place = place;
    this.#isFitted = place === undefined;
    this.#owned.own(surroundings.theme.onDidChange(() => this.invalidate()));
  }

  /** Other nodes, edges, or open ones. `anchor` stays where it is seen. */
  replace(view: PictureView, anchor?: ModelNode): void {
    const before = anchor && this.#places.get(anchor.id);
    const seenAt = before && this.#viewport?.pixelsAt(before);
    this.#view = view;
    this.#rows = visibleRows(view.model.top, view.open);
    this.#tree.reset(this.#rows);
    const began = performance.now();
    const layout = layOutGraph(view.model, view.open);
    performance.measure('graph layout', { start: began });
    this.#layout = layout;
    this.#places = new Map(layout.nodes.map((placed) => [placed.node.id, placed]));
    const after = anchor && this.#places.get(anchor.id);
    const size = this.#viewport?.size;
    if (size && this.#isFitted) this.#viewport = this.#fitted(size);
    else if (size && this.#viewport) {
      this.#viewport = new Viewport(size, layout, this.#viewport.scale, this.#viewport.middle);
      const now = after && this.#viewport.pixelsAt(after);
      if (seenAt && now) this.#viewport = this.#viewport.movedBy({ x: seenAt.x - now.x, y: seenAt.y - now.y });
    }
    this.invalidate();
  }

  /** The same nodes, looked at in another way. */
  show(view: PictureView): void {
    this.#view = view;
    this.invalidate();
  }

  invalidate(): void {
    this.#around?.frames.invalidate(this.#drawable);
  }

  fit(): void {
    if (!this.#viewport) return;
    this.#isFitted = true;
    this.#viewport = this.#fitted(this.#viewport.size);
    this.#around?.onPlace(undefined);
    this.invalidate();
  }

  /** Larger or smaller around the middle, or around what is chosen when that is seen. */
  zoom(factor: number): void {
    const { size } = this.#viewport ?? {};
    if (!size) return;
    this.#zoomAt({ x: size.width / 2, y: size.height / 2 }, factor);
  }

  moveBy(pixels: Point): void {
    if (this.#viewport) this.#moved(this.#viewport.movedBy(pixels));
  }

  /** Brings a node into view, where it can be read. False when it is not in the picture. */
  reveal(node: ModelNode, isReadable = false): boolean {
    const placed = this.#places.get(node.id);
    if (!placed || !this.#viewport) return false;
    const scale = isReadable ? Math.max(this.#viewport.scale, beginningScale) : this.#viewport.scale;
    const middle = { x: placed.x + placed.width / 2, y: placed.y + placed.height / 2 };
    const next = scale === this.#viewport.scale ? this.#viewport.showing(placed) : this.#viewport.at(middle, scale);
    if (next.middle.x !== this.#viewport.middle.x || next.middle.y !== this.#viewport.middle.y) this.#moved(next);
    return true;
  }

  /** Of a node, in pixels of the page; undefined when it is not in the picture. */
  pageBoxOf(node: ModelNode): DOMRect | undefined {
    const placed = this.#places.get(node.id);
    const canvas = this.#canvas;
    if (!placed || !canvas || !this.#viewport) return undefined;
    const { left, top } = canvas.getBoundingClientRect();
    const { x, y } = this.#viewport.pixelsAt(placed);
    const { scale } = this.#viewport;
    return new DOMRect(left + x, top + y, placed.width * scale, placed.height * scale);
  }

  get layout(): GraphLayout | undefined {
    return this.#layout;
  }

  get #canvas(): HTMLCanvasElement | null {
    return this.querySelector<HTMLCanvasElement>('canvas.graph');
  }

  protected override render(): TemplateResult {
    return html`<canvas class="graph" aria-hidden="true"></canvas
      ><canvas class="minimap" aria-hidden="true" hidden></canvas>`;
  }

  protected override firstUpdated(): void {
    const canvas = this.#canvas;
    const context = canvas?.getContext('2d', { alpha: false });
    if (!canvas || !context) return;
    this.#pen = new CanvasPen(context);
    const minimap = this.querySelector<HTMLCanvasElement>('canvas.minimap');
    if (minimap) {
      this.#minimap = new Minimap(minimap, (middle) => {
        if (this.#viewport) this.#moved(this.#viewport.at(middle));
      });
    }
    const tree = this.#tree.element;
    canvas.after(tree);
    tree.addEventListener('focus', () => this.#around?.onFocus(true));
    tree.addEventListener('blur', () => this.#around?.onFocus(false));
    tree.addEventListener('keydown', (event) => this.#around?.onKey(event));
    this.#owned.own(this.#gestures(tree));
    const observer = new ResizeObserver(() => this.#resize(canvas));
    observer.observe(this);
    this.#owned.own(toDisposable(() => observer.disconnect()));
    this.#resize(canvas);
  }

  #gestures(area: HTMLElement): Disposable {
    const at = (pixel: Point): PlacedNode | undefined => {
      const units = this.#viewport?.unitsAt(pixel);
      return units && this.#layout && nodeAt(this.#layout, units.x, units.y);
    };
    return listenForGestures(area, {
      onMove: (by) => this.moveBy(by),
      onZoom: (pixel, factor) => this.#zoomAt(pixel, factor),
      onClick: (pixel) => {
        const placed = at(pixel);
        if (placed && this.#isOnFold(placed, pixel)) this.#around?.onToggle(placed.node);
        else this.#around?.onSelect(placed?.node);
      },
      onDoubleClick: (pixel) => {
        const placed = at(pixel);
        if (!placed) this.fit();
        else if (!this.#isOnFold(placed, pixel)) this.#around?.onOpen(placed.node);
      },
      onHover: (pixel) => this.#hover(pixel && at(pixel)?.node),
      onMenu: (pixel) => {
        const placed = at(pixel);
        const { left, top } = area.getBoundingClientRect();
        if (placed) this.#around?.onMenu(placed.node, { x: left + pixel.x, y: top + pixel.y });
      },
    });
  }

  #isOnFold(placed: PlacedNode, pixel: Point): boolean {
    const [box, units] = [foldBox(placed), this.#viewport?.unitsAt(pixel)];
    if (!box || !units) return false;
    return units.x >= box.x && units.x <= box.x + box.width && units.y >= box.y && units.y <= box.y + box.height;
  }

  #hover(node: ModelNode | undefined): void {
    if (node === this.#hovered) return;
    this.#hovered = node;
    const view = this.#view;
    const { element } = this.#tree;
    element.title = node && view ? nodeSentence(node, view.nowMs(), view.isPlan) : '';
    element.classList.toggle('overNode', node !== undefined);
    this.invalidate();
  }

  #zoomAt(pixel: Point, factor: number): void {
    if (this.#viewport) this.#moved(this.#viewport.zoomedAt(pixel, factor));
  }

  #moved(viewport: Viewport): void {
    this.#viewport = viewport;
    this.#isFitted = false;
    const { middle, scale } = viewport;
    this.#around?.onPlace({ x: middle.x, y: middle.y, scale });
    this.invalidate();
  }

  #fitted(size: Viewport['size']): Viewport {
    const layout = this.#layout ?? { width: 1, height: 1 };
    return Viewport.fitting(size, layout, { x: 0, y: 0, width: layout.width, height: layout.height });
  }

  #resize(canvas: HTMLCanvasElement): void {
    const { clientWidth: width, clientHeight: height } = this;
    if (width === 0 || height === 0) return;
    const ratio = window.devicePixelRatio || 1;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
    const size = { width, height };
    if (this.#viewport) this.#viewport = this.#isFitted ? this.#fitted(size) : this.#viewport.resized(size);
    // Setting its size has emptied it: drawn before the browser shows that.
    if (this.#view) this.#draw();
  }

  #first(size: Viewport['size'], layout: GraphLayout): Viewport {
    if (this.#place) return new Viewport(size, layout, this.#place.scale, this.#place);
    const fitted = this.#fitted(size);
    if (fitted.scale >= leastFirstScale) return fitted;
    this.#isFitted = false;
    const corner = { width: size.width / beginningScale, height: size.height / beginningScale };
    return new Viewport(size, layout, beginningScale, {
      x: corner.width / 2,
      y: Math.min(corner.height / 2, layout.height / 2),
    });
  }

  #draw(): void {
    const [canvas, pen, view, around, layout] = [this.#canvas, this.#pen, this.#view, this.#around, this.#layout];
    const context = canvas?.getContext('2d');
    if (!canvas || !context || !pen || !view || !around || !layout || this.clientWidth === 0) return;
    this.#viewport ??= this.#first({ width: this.clientWidth, height: this.clientHeight }, layout);
    const { seen, scale } = this.#viewport;
    const theme = around.theme.current;
    const ratio = window.devicePixelRatio || 1;
    pen.theme = theme;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.fillStyle = theme.background;
    context.fillRect(0, 0, canvas.width, canvas.height);
    const zoom = scale * ratio;
    context.setTransform(zoom, 0, 0, zoom, -seen.x * zoom, -seen.y * zoom);
    const look = this.#look(view, around);
    paintGraph(pen, view.model, layout, seen, scale, look);
    this.#minimap?.draw(layout, this.#viewport, look);
    // What is drawn in one frame is seen by the next.
    if (!this.#isPainted) requestAnimationFrame(() => performance.mark('graph painted'));
    this.#isPainted = true;
    this.#reading.trigger();
  }

  /** Of many nodes those around the chosen one are in the page, where they are seen. */
  #readOut(): void {
    const [view, viewport] = [this.#view, this.#viewport];
    if (!view || !viewport || !this.isConnected) return;
    const selected = this.#rows.findIndex(({ node }) => node === view.selected);
    const around = Math.max(0, selected);
    const nowMs = view.nowMs();
    this.#tree.element.setAttribute('aria-label', `Graph of ${visibleControls(view.model.top.data.name)}`);
    this.#tree.update({
      rows: this.#rows,
      first: Math.max(0, around - rowsAround),
      last: around + rowsAround,
      selected,
      boxOf: (index) => {
        const placed = this.#places.get(this.#rows[index]?.node.id ?? view.model.top.id);
        // The graph's own run has no box while it is open: the picture is that.
        if (!placed) return { x: 0, y: 0, width: 1, height: 1 };
        const { x, y } = viewport.pixelsAt(placed);
        return { x, y, width: placed.width * viewport.scale, height: placed.height * viewport.scale };
      },
      nowMs,
      labelOf: (node) => nodeSentence(node, nowMs, view.isPlan),
    });
  }

  #look(view: PictureView, { theme }: PictureSurroundings): PictureLook {
    return {
      theme: theme.current,
      isHighContrast: document.body.matches('.vscode-high-contrast, .vscode-high-contrast-light'),
      isPlan: view.isPlan,
      nowMs: view.nowMs(),
      selected: view.selected?.id,
      hovered: this.#hovered?.id,
      hasFocus: view.hasFocus,
      hits: view.hits,
      statuses: view.statuses,
      critical: view.critical,
    };
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#around?.frames.forget(this.#drawable);
    this.#owned.dispose();
  }
}
