/** What the mouse does in the picture: drag moves it, the wheel makes it larger or smaller, clicks choose. */
import { type Disposable, toDisposable } from '../../../src/base/lifecycle';
import type { Point } from '../layout/placed';

export interface GestureListeners {
  readonly onMove: (byPixels: Point) => void;
  readonly onZoom: (pixel: Point, factor: number) => void;
  readonly onClick: (pixel: Point) => void;
  readonly onDoubleClick: (pixel: Point) => void;
  /** Undefined: the mouse has left. */
  readonly onHover: (pixel: Point | undefined) => void;
  readonly onMenu: (pixel: Point) => void;
}

/** The mouse has to go so far before a press is a drag. */
const dragPx = 4;
/** A notch of a wheel is 100 pixels in most browsers. */
const zoomPerPx = 0.0018;
/** Pixels of a wheel that counts lines. */
const linePx = 33;

export function listenForGestures(area: HTMLElement, listeners: GestureListeners): Disposable {
  const ended = new AbortController();
  const { signal } = ended;
  let press: { readonly id: number; at: Point; isDrag: boolean } | undefined;
  const pixelOf = (event: MouseEvent): Point => {
    const { left, top } = area.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };
  area.addEventListener(
    'pointerdown',
    (event) => {
      if (event.button !== 0) return;
      press = { id: event.pointerId, at: pixelOf(event), isDrag: false };
    },
    { signal },
  );
  area.addEventListener(
    'pointermove',
    (event) => {
      const pixel = pixelOf(event);
      if (press?.id !== event.pointerId) {
        listeners.onHover(pixel);
        return;
      }
      const by = { x: pixel.x - press.at.x, y: pixel.y - press.at.y };
      if (!press.isDrag) {
        if (Math.hypot(by.x, by.y) < dragPx) return;
        press.isDrag = true;
        // From now on, so that a click stays one of the element that it began in.
        area.setPointerCapture(event.pointerId);
        area.classList.add('moving');
        listeners.onHover(undefined);
      }
      press.at = pixel;
      listeners.onMove(by);
    },
    { signal },
  );
  const end = (event: PointerEvent): void => {
    if (press?.id !== event.pointerId) return;
    const wasDrag = press.isDrag;
    press = undefined;
    area.classList.remove('moving');
    if (!wasDrag && event.type === 'pointerup') listeners.onClick(pixelOf(event));
  };
  area.addEventListener('pointerup', end, { signal });
  area.addEventListener('pointercancel', end, { signal });
  area.addEventListener('pointerleave', () => listeners.onHover(undefined), { signal });
  area.addEventListener('dblclick', (event) => listeners.onDoubleClick(pixelOf(event)), { signal });
  area.addEventListener(
    'contextmenu',
    (event) => {
      event.preventDefault();
      listeners.onMenu(pixelOf(event));
    },
    { signal },
  );
  area.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? linePx : 1;
      const [dx, dy] = [event.deltaX * unit, event.deltaY * unit];
      if (event.shiftKey) listeners.onMove({ x: -(dx === 0 ? dy : dx), y: 0 });
      else if (Math.abs(dx) > Math.abs(dy)) listeners.onMove({ x: -dx, y: -dy });
      // A pinch comes as a wheel with ctrl, in much smaller steps.
      else listeners.onZoom(pixelOf(event), Math.exp(-dy * (event.ctrlKey ? 6 : 1) * zoomPerPx));
    },
    { signal, passive: false },
  );
  return toDisposable(() => ended.abort());
}
