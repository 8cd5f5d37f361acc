/**
 * What the timeline consists of in the page. A tall box scrolls, and a canvas of the size of what is seen sticks to it: so rows have
 * the browser's own scroll bar, wheel and momentum, and ten thousand of them cost no more than those in view. A canvas that lay
 * among the rows would be torn away from under the mouse until the next frame; one of the whole height no browser can make.
 *
 *     <div class="timeline">
 *       <div class="timelineScroll">
 *         <div class="timelineStage">canvas, rows for screen readers, divider</div> <div class="timelineSizer"></div>
 *       </div>
 *       <div class="timelineTooltip"></div>
 *     </div>
 */
import { type Disposable, DisposableStore, toDisposable } from '../../../src/base/lifecycle';
import type { Point } from '../layout/placed';
import { leastNamesPx, usualNamesPx } from './timelineViewport';

const tooltipAwayPx = 14;
const edgePx = 4;
const namesStepPx = 16;

function made<K extends keyof HTMLElementTagNameMap>(tag: K, className: string): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  element.className = className;
  return element;
}

export class TimelinePane {
  readonly element = made('div', 'timeline');
  readonly scroll = made('div', 'timelineScroll');
  readonly canvas = made('canvas', 'timelineCanvas');
  readonly divider = made('div', 'timelineDivider');
  readonly #stage = made('div', 'timelineStage');
  readonly #sizer = made('div', 'timelineSizer');
  readonly #tooltip = made('div', 'timelineTooltip');
  #tooltipText = '';

  constructor(tree: HTMLElement) {
    this.canvas.setAttribute('aria-hidden', 'true');
    this.#tooltip.setAttribute('aria-hidden', 'true');
    this.#tooltip.hidden = true;
    const { divider } = this;
    divider.tabIndex = 0;
    divider.setAttribute('role', 'separator');
    divider.setAttribute('aria-orientation', 'vertical');
    divider.setAttribute('aria-label', 'Width of the names');
    this.#stage.append(this.canvas, tree, divider);
    this.scroll.append(this.#stage, this.#sizer);
    this.element.append(this.scroll, this.#tooltip);
  }

  /** `heightPx`: of the axis and all rows. */
  setHeight(heightPx: number, seenPx: number): void {
    setStyle(this.#sizer, 'height', `${Math.max(0, heightPx - seenPx)}px`);
  }

  /** As many pixels as the screen has for that size. */
  fitCanvas(width: number, height: number): void {
    const { canvas } = this;
    const [across, down] = [Math.round(width * devicePixelRatio), Math.round(height * devicePixelRatio)];
    if (canvas.width !== across) canvas.width = across;
    if (canvas.height !== down) canvas.height = down;
    setStyle(canvas, 'width', `${width}px`);
    setStyle(canvas, 'height', `${height}px`);
  }

  setNames(namesPx: number, mostPx: number): void {
    setStyle(this.divider, 'left', `${namesPx}px`);
    this.divider.setAttribute('aria-valuenow', String(Math.round(namesPx)));
    this.divider.setAttribute('aria-valuemin', String(leastNamesPx));
    this.divider.setAttribute('aria-valuemax', String(Math.round(mostPx)));
  }

  /** Beside the mouse, which is at `at` in the stage; nothing to say hides it. */
  showTooltip(lines: readonly string[], at: Point): void {
    if (lines.length === 0) return this.hideTooltip();
    const text = lines.join('\n');
    if (text !== this.#tooltipText) {
      this.#tooltipText = text;
      this.#tooltip.replaceChildren(
        ...lines.map((line, index) => {
          const row = made('p', index === 0 ? 'timelineTooltipTitle' : '');
          row.textContent = line;
          return row;
        }),
      );
    }
    this.#tooltip.hidden = false;
    const { left, top } = this.canvas.getBoundingClientRect();
    const { width, height } = this.#tooltip.getBoundingClientRect();
    const [x, y] = [left + at.x, top + at.y];
    const isRight = x + tooltipAwayPx + width + edgePx <= window.innerWidth;
    const isBelow = y + tooltipAwayPx + height + edgePx <= window.innerHeight;
    setStyle(this.#tooltip, 'left', `${Math.max(edgePx, isRight ? x + tooltipAwayPx : x - tooltipAwayPx - width)}px`);
    setStyle(this.#tooltip, 'top', `${Math.max(edgePx, isBelow ? y + tooltipAwayPx : y - tooltipAwayPx - height)}px`);
  }

  hideTooltip(): void {
    this.#tooltip.hidden = true;
  }

  /** The divider by mouse and by keys; `resize` gets the wished width. */
  onResize(currentPx: () => number, resize: (namesPx: number) => void): Disposable {
    const { divider } = this;
    const owned = new DisposableStore();
    const listen = <K extends 'pointerdown' | 'pointermove' | 'keydown' | 'dblclick'>(
      type: K,
      listener: (event: HTMLElementEventMap[K]) => void,
    ): void => {
      divider.addEventListener(type, listener);
      owned.own(toDisposable(() => divider.removeEventListener(type, listener)));
    };
    let offsetPx = 0;
    listen('pointerdown', (event) => {
      if (event.button !== 0) return;
      divider.setPointerCapture(event.pointerId);
      offsetPx = currentPx() - event.clientX;
    });
    listen('pointermove', (event) => {
      if (divider.hasPointerCapture(event.pointerId)) resize(event.clientX + offsetPx);
    });
    listen('dblclick', () => resize(usualNamesPx));
    listen('keydown', (event) => {
      const by = { ArrowLeft: -namesStepPx, ArrowRight: namesStepPx }[event.key];
      if (by === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      resize(currentPx() + by);
    });
    return owned;
  }
}

function setStyle(element: HTMLElement, name: 'height' | 'width' | 'left' | 'top', value: string): void {
  if (element.style[name] !== value) element.style[name] = value;
}
