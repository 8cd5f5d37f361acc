/**
 * The mouse and the keys on the timeline. Ours and no library's: the wheel scrolls rows, pans or zooms in time by what is held down
 * with it, and a drag does two of these at once.
 */
import { type Disposable, DisposableStore, toDisposable } from '../../../src/base/lifecycle';
import type { Point } from '../layout/placed';

/** Less is a click. */
const leastDragPx = 4;
const zoomPerWheelPixel = 0.0035;
/** A pinch comes as a wheel with ctrl, in much smaller steps. */
const [zoomPerPinchPixel, mostPinchPx] = [0.01, 40];
const zoomPerKey = 1.5;
const panPerKey = 0.12;

export type RowStep = 'up' | 'down' | 'pageUp' | 'pageDown' | 'home' | 'end';

export interface TimelineGestureTarget {
  hover(at: Point | undefined): void;
  click(at: Point): void;
  doubleClick(at: Point): void;
  /** Of the selected row when the keys ask for it. */
  menu(at: Point | undefined): void;
  /** `factor` below 1 shows less; around the mouse when `at` is there, else around the middle. */
  zoom(at: Point | undefined, factor: number): void;
  /** By so many pixels later. */
  panPixels(px: number): void;
  /** By a share of what is seen. */
  panShare(share: number): void;
  scroll(byPx: number): void;
  scrollRows(count: number): void;
  fit(): void;
  select(step: RowStep): void;
  /** Closes, or goes to what it is inside of. */
  left(): void;
  /** Opens, or goes to the first that it is made of. */
  right(): void;
  open(): void;
  /** Whether the mouse is where time is. */
  isInTime(at: Point): boolean;
}

interface Drag {
  readonly pointerId: number;
  readonly from: Point;
  readonly isInTime: boolean;
  last: Point;
  hasMoved: boolean;
}

const steps: Readonly<Record<string, RowStep>> = {
  ArrowUp: 'up',
  ArrowDown: 'down',
  PageUp: 'pageUp',
  PageDown: 'pageDown',
  Home: 'home',
  End: 'end',
};

export class TimelineGestures implements Disposable {
  readonly #owned = new DisposableStore();
  readonly #element: HTMLElement;
  readonly #target: TimelineGestureTarget;
  #drag: Drag | undefined;
  #hovered: Point | undefined;

  constructor(element: HTMLElement, target: TimelineGestureTarget) {
    this.#element = element;
    this.#target = target;
    this.#listen('pointerdown', (event) => this.#begin(event));
    this.#listen('pointermove', (event) => this.#move(event));
    this.#listen('pointerup', (event) => this.#end(event));
    this.#listen('pointercancel', () => this.#giveUp());
    this.#listen('pointerleave', () => this.#hover(undefined));
    this.#listen('dblclick', (event) => target.doubleClick(this.#at(event)));
    this.#listen('contextmenu', (event) => {
      event.preventDefault();
      target.menu(this.#at(event));
    });
    this.#listen('wheel', (event) => this.#wheel(event));
    this.#listen('keydown', (event) => this.#key(event));
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #listen<
    K extends
      | 'pointerdown'
      | 'pointermove'
      | 'pointerup'
      | 'pointercancel'
      | 'pointerleave'
      | 'dblclick'
      | 'contextmenu'
      | 'wheel'
      | 'keydown',
  >(type: K, listener: (event: HTMLElementEventMap[K]) => void): void {
    this.#element.addEventListener(type, listener, { passive: false });
    this.#owned.own(toDisposable(() => this.#element.removeEventListener(type, listener)));
  }

  #at(event: MouseEvent): Point {
    const { left, top } = this.#element.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }

  #hover(at: Point | undefined): void {
    this.#hovered = at;
    this.#target.hover(at);
  }

  #begin(event: PointerEvent): void {
    if (event.button !== 0 || this.#drag) return;
    const from = this.#at(event);
    this.#element.setPointerCapture(event.pointerId);
    this.#drag = {
      pointerId: event.pointerId,
      from,
      isInTime: this.#target.isInTime(from),
      last: from,
      hasMoved: false,
    };
  }

  #move(event: PointerEvent): void {
    const at = this.#at(event);
    const drag = this.#drag;
    if (!drag) {
      this.#hover(at);
      return;
    }
    if (event.pointerId !== drag.pointerId) return;
    if (!drag.hasMoved && Math.hypot(at.x - drag.from.x, at.y - drag.from.y) < leastDragPx) return;
    if (!drag.hasMoved) this.#hover(undefined);
    drag.hasMoved = true;
    this.#element.classList.add('dragging');
    if (drag.isInTime) this.#target.panPixels(drag.last.x - at.x);
    this.#target.scroll(drag.last.y - at.y);
    drag.last = at;
  }

  #end(event: PointerEvent): void {
    const drag = this.#drag;
    if (!drag || event.pointerId !== drag.pointerId) return;
    this.#giveUp();
    if (!drag.hasMoved) this.#target.click(this.#at(event));
  }

  #giveUp(): void {
    const drag = this.#drag;
    this.#drag = undefined;
    this.#element.classList.remove('dragging');
    if (drag && this.#element.hasPointerCapture(drag.pointerId)) this.#element.releasePointerCapture(drag.pointerId);
  }

  #wheel(event: WheelEvent): void {
    // Lines and pages, as some mice count, in pixels.
    const unitPx =
      event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 20 : 300;
    const [x, y] = [event.deltaX * unitPx, event.deltaY * unitPx];
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      const by = Math.max(-300, Math.min(300, y || x));
      const perPixel = Math.abs(by) < mostPinchPx ? zoomPerPinchPixel : zoomPerWheelPixel;
      this.#target.zoom(this.#at(event), Math.exp(by * perPixel));
    } else if (event.shiftKey || Math.abs(x) > Math.abs(y)) {
      event.preventDefault();
      this.#target.panPixels(x || y);
    }
    // Else the box that it lies in scrolls.
  }

  #key(event: KeyboardEvent): void {
    if (event.target !== this.#element || !this.#takeKey(event)) return;
    event.preventDefault();
    // The editor has its own use for Alt and the arrows.
    event.stopPropagation();
  }

  #takeKey({ key, ctrlKey, altKey, metaKey, shiftKey }: KeyboardEvent): boolean {
    const target = this.#target;
    if (metaKey) return false;
    if (ctrlKey || altKey) {
      const pan = { ArrowLeft: -panPerKey, ArrowRight: panPerKey }[key];
      const rows = { ArrowUp: -1, ArrowDown: 1 }[key];
      if (pan !== undefined) target.panShare(pan);
      else if (rows !== undefined) target.scrollRows(rows);
      else return false;
      return true;
    }
    const step = steps[key];
    if (step && !shiftKey) target.select(step);
    else if (key === '+' || key === '=') target.zoom(this.#inTime(), 1 / zoomPerKey);
    else if (key === '-' || key === '_') target.zoom(this.#inTime(), zoomPerKey);
    else if (key === '0') target.fit();
    else if (key === 'ArrowLeft') target.left();
    else if (key === 'ArrowRight') target.right();
    else if (key === 'Enter') target.open();
    else if (key === 'ContextMenu' || (key === 'F10' && shiftKey)) target.menu(undefined);
    else return false;
    return true;
  }

  #inTime(): Point | undefined {
    const at = this.#hovered;
    return at && this.#target.isInTime(at) ? at : undefined;
  }
}
