/**
 * The mouse on a plot: a drag selects a range (along one axis when it is drawn flat along it, else a box), a drag with
 * Shift or on an axis moves the picture, the wheel with Ctrl zooms at the mouse, a double click goes back. Ours and no
 * library's: chartjs-plugin-zoom knows no lock of the axis by the shape of the box, changes scales behind the one who asks
 * for finer points, and wants a library of touch gestures that has not been kept since 2016.
 */
import { type Disposable, DisposableStore, toDisposable } from '../../../src/base/lifecycle';
import type { PlotArea, PlotMaps } from './curvePainter';
import { type PixelMap, pixelOf, valueOf } from './pixelMap';
import type { Span } from './polyline';

/** Less is a click. */
const leastDragPx = 5;
/** A box flatter than this is a range of one axis. */
const flatPx = 14;
const zoomPerWheelPixel = 0.0022;

export interface PlotPoint {
  readonly x: number;
  readonly y: number;
}

/** In pixels of the canvas. */
export interface SelectionBox {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export interface ZoomStep {
  /** Undefined: this axis stays as it is. */
  readonly x?: Span;
  readonly y?: Span;
  /** One of many, as a wheel makes them: only the first is a step to go back to. */
  readonly goesOn: boolean;
}

export interface GestureTarget {
  /** Undefined before the first picture. */
  geometry(): { readonly area: PlotArea; readonly maps: PlotMaps; readonly y: Span } | undefined;
  hover(at: PlotPoint | undefined): void;
  /** What would be selected now; undefined when nothing is. */
  select(box: SelectionBox | undefined): void;
  zoom(step: ZoomStep): void;
  goBack(): void;
  click(at: PlotPoint): void;
  /** Whether the wheel zooms without Ctrl: where nothing else is to be scrolled. */
  takesWheel(): boolean;
}

interface Drag {
  readonly kind: 'select' | 'pan';
  readonly pointerId: number;
  readonly from: PlotPoint;
  readonly geometry: { readonly area: PlotArea; readonly maps: PlotMaps; readonly y: Span };
  readonly panX: boolean;
  readonly panY: boolean;
  hasMoved: boolean;
}

export class PlotGestures implements Disposable {
  readonly #owned = new DisposableStore();
  readonly #element: HTMLElement;
  readonly #target: GestureTarget;
  #drag: Drag | undefined;
  #wheelEndsAtMs = 0;

  constructor(element: HTMLElement, target: GestureTarget) {
    this.#element = element;
    this.#target = target;
    this.#listen('pointerdown', (event) => this.#begin(event));
    this.#listen('pointermove', (event) => this.#move(event));
    this.#listen('pointerup', (event) => this.#end(event));
    this.#listen('pointercancel', () => this.#giveUp());
    this.#listen('pointerleave', () => {
      if (!this.#drag) target.hover(undefined);
    });
    this.#listen('dblclick', () => target.goBack());
    this.#listen('wheel', (event) => this.#wheel(event));
  }

  dispose(): void {
    this.#owned.dispose();
  }

  /** Gives up what is being selected; true when there was something. */
  cancel(): boolean {
    const isSelecting = this.#drag !== undefined;
    this.#giveUp();
    return isSelecting;
  }

  #listen<
    K extends 'pointerdown' | 'pointermove' | 'pointerup' | 'pointercancel' | 'pointerleave' | 'dblclick' | 'wheel',
  >(type: K, listener: (event: HTMLElementEventMap[K]) => void): void {
    this.#element.addEventListener(type, listener, { passive: false });
    this.#owned.own(toDisposable(() => this.#element.removeEventListener(type, listener)));
  }

  #at(event: MouseEvent): PlotPoint {
    const { left, top } = this.#element.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }

  #begin(event: PointerEvent): void {
    const geometry = this.#target.geometry();
    if (!geometry || event.button !== 0 || this.#drag) return;
    const from = this.#at(event);
    const { area } = geometry;
    const isBelow = from.y > area.top + area.height;
    const isLeft = from.x < area.left;
    const kind = event.shiftKey || isBelow || isLeft ? 'pan' : 'select';
    this.#element.setPointerCapture(event.pointerId);
    const axes = { panX: !isLeft || isBelow, panY: !isBelow };
    this.#drag = { kind, pointerId: event.pointerId, from, geometry, ...axes, hasMoved: false };
  }

  #move(event: PointerEvent): void {
    const at = this.#at(event);
    const drag = this.#drag;
    this.#target.hover(at);
    if (!drag || event.pointerId !== drag.pointerId) return;
    const isFirst = !drag.hasMoved;
    if (isFirst && Math.hypot(at.x - drag.from.x, at.y - drag.from.y) < leastDragPx) return;
    drag.hasMoved = true;
    if (drag.kind === 'select') this.#target.select(boxOf(drag, at));
    else this.#pan(drag, at, !isFirst);
  }

  #end(event: PointerEvent): void {
    const drag = this.#drag;
    if (!drag || event.pointerId !== drag.pointerId) return;
    const at = this.#at(event);
    this.#giveUp();
    if (!drag.hasMoved) return this.#target.click(at);
    if (drag.kind !== 'select') return;
    const box = boxOf(drag, at);
    const { area, maps } = drag.geometry;
    const x = between(maps.x, box.left, box.right);
    const y = between(maps.y, box.top, box.bottom);
    const isWholeX = box.left <= area.left && box.right >= area.left + area.width;
    const isWholeY = box.top <= area.top && box.bottom >= area.top + area.height;
    this.#target.zoom({ ...(isWholeX ? {} : { x }), ...(isWholeY ? {} : { y }), goesOn: false });
  }

  #giveUp(): void {
    const drag = this.#drag;
    this.#drag = undefined;
    this.#target.select(undefined);
    if (drag && this.#element.hasPointerCapture(drag.pointerId)) this.#element.releasePointerCapture(drag.pointerId);
  }

  #pan(drag: Drag, at: PlotPoint, goesOn: boolean): void {
    const { maps, y } = drag.geometry;
    const isFlat = Math.abs(at.y - drag.from.y) < flatPx && drag.panX;
    this.#target.zoom({
      ...(drag.panX ? { x: moved(maps.x, maps.visible, drag.from.x - at.x) } : {}),
      ...(drag.panY && !isFlat ? { y: moved(maps.y, y, drag.from.y - at.y) } : {}),
      goesOn,
    });
  }

  #wheel(event: WheelEvent): void {
    const geometry = this.#target.geometry();
    if (!geometry || !(event.ctrlKey || event.metaKey || this.#target.takesWheel())) return;
    event.preventDefault();
    const at = this.#at(event);
    // Lines and pages, as some mice count, in pixels.
    const unitPx =
      event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 20 : 300;
    const factor = Math.exp(Math.max(-300, Math.min(300, (event.deltaY || event.deltaX) * unitPx)) * zoomPerWheelPixel);
    const goesOn = event.timeStamp < this.#wheelEndsAtMs;
    this.#wheelEndsAtMs = event.timeStamp + 400;
    const { maps, y, area } = geometry;
    const isOnY = event.shiftKey || at.x < area.left;
    if (isOnY) this.#target.zoom({ y: scaled(maps.y, y, at.y, factor), goesOn });
    else this.#target.zoom({ x: scaled(maps.x, maps.visible, at.x, factor), goesOn });
  }
}

/** Within the plot; the whole of an axis along which the drag was flat. */
function boxOf({ from, geometry }: Drag, at: PlotPoint): SelectionBox {
  const { left, top, width, height } = geometry.area;
  const inX = (x: number): number => Math.max(left, Math.min(left + width, x));
  const inY = (y: number): number => Math.max(top, Math.min(top + height, y));
  const isFlat = Math.abs(at.y - from.y) < flatPx;
  const isSteep = !isFlat && Math.abs(at.x - from.x) < flatPx;
  return {
    left: isSteep ? left : inX(Math.min(from.x, at.x)),
    right: isSteep ? left + width : inX(Math.max(from.x, at.x)),
    top: isFlat ? top : inY(Math.min(from.y, at.y)),
    bottom: isFlat ? top + height : inY(Math.max(from.y, at.y)),
  };
}

function between(map: PixelMap, a: number, b: number): Span {
  const [x, y] = [valueOf(map, a), valueOf(map, b)];
  return x < y ? { from: x, to: y } : { from: y, to: x };
}

/** `byPx`: by how many pixels the window moves over the values. */
export function moved(map: PixelMap, span: Span, byPx: number): Span {
  const [from, to] = [pixelOf(map, span.from), pixelOf(map, span.to)];
  return between(map, from + byPx, to + byPx);
}

/** `factor` below 1 shows less, around the value at the pixel `atPx`. */
export function scaled(map: PixelMap, span: Span, atPx: number, factor: number): Span {
  const [from, to] = [pixelOf(map, span.from), pixelOf(map, span.to)];
  return between(map, atPx + (from - atPx) * factor, atPx + (to - atPx) * factor);
}
