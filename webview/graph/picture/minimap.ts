/** All of a big picture in a corner, with a frame around what is seen: a press or a drag there moves the picture. */
import type { GraphLayout, Point } from '../layout/placed';
import { CanvasPen } from './canvasPen';
import type { PictureLook } from './graphLook';
import { paintSpots } from './paintNode';
import type { Viewport } from './viewport';

const [mostWidthPx, mostHeightPx] = [200, 130];
/** States are repainted no more often than this; the frame moves with the picture. */
const repaintMs = 400;

export class Minimap {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D | null;
  readonly #onMove: (middle: Point) => void;
  /** The picture without the frame. */
  #painted: OffscreenCanvas | undefined;
  #paintedAtMs = 0;
  #paintedLayout: GraphLayout | undefined;
  #scale = 1;

  constructor(canvas: HTMLCanvasElement, onMove: (middle: Point) => void) {
    this.#canvas = canvas;
    this.#context = canvas.getContext('2d');
    this.#onMove = onMove;
    const move = (event: PointerEvent): void => {
      if (event.buttons % 2 === 0 || this.#scale === 0) return;
      const { left, top } = canvas.getBoundingClientRect();
      this.#onMove({ x: (event.clientX - left) / this.#scale, y: (event.clientY - top) / this.#scale });
    };
    canvas.addEventListener('pointerdown', (event) => {
      canvas.setPointerCapture(event.pointerId);
      move(event);
    });
    canvas.addEventListener('pointermove', move);
  }

  /** Nothing is shown where all of the picture is seen anyway, or where it is small. */
  draw(layout: GraphLayout, viewport: Viewport, look: PictureLook): void {
    const { seen } = viewport;
    const isWhole = seen.x <= 0 && seen.y <= 0 && seen.width >= layout.width && seen.height >= layout.height;
    const isWanted = !isWhole && layout.nodes.length > 20 && viewport.size.width > 2 * mostWidthPx;
    this.#canvas.hidden = !isWanted;
    const context = this.#context;
    if (!isWanted || !context) return;
    const ratio = window.devicePixelRatio || 1;
    this.#paint(layout, look, ratio);
    if (!this.#painted) return;
    const { width, height } = this.#canvas;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, width, height);
    context.drawImage(this.#painted, 0, 0);
    const scale = this.#scale * ratio;
    context.strokeStyle = look.theme.focus;
    context.lineWidth = 1.5 * ratio;
    const [left, top] = [Math.max(1, seen.x * scale), Math.max(1, seen.y * scale)];
    const [right, bottom] = [
      Math.min(width - 1, (seen.x + seen.width) * scale),
      Math.min(height - 1, (seen.y + seen.height) * scale),
    ];
    // However much is hidden, the frame can be seen and caught.
    context.strokeRect(left, top, Math.max(6 * ratio, right - left), Math.max(6 * ratio, bottom - top));
  }

  #paint(layout: GraphLayout, look: PictureLook, ratio: number): void {
    const nowMs = performance.now();
    if (this.#paintedLayout === layout && nowMs - this.#paintedAtMs < repaintMs) return;
    this.#paintedAtMs = nowMs;
    if (this.#paintedLayout !== layout) this.#resize(layout, ratio);
    this.#paintedLayout = layout;
    const context = this.#painted?.getContext('2d');
    if (!context) return;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    const scale = this.#scale * ratio;
    context.setTransform(scale, 0, 0, scale, 0, 0);
    const closed = layout.nodes.filter(({ isOpen }) => !isOpen);
    paintSpots(new CanvasPen(context), closed, { ...look, selected: undefined, hovered: undefined }, 1 / this.#scale);
  }

  #resize({ width, height }: GraphLayout, ratio: number): void {
    this.#scale = Math.min(mostWidthPx / width, mostHeightPx / height);
    const [widthPx, heightPx] = [Math.max(24, width * this.#scale), Math.max(24, height * this.#scale)];
    this.#canvas.width = Math.round(widthPx * ratio);
    this.#canvas.height = Math.round(heightPx * ratio);
    this.#canvas.style.width = `${widthPx}px`;
    this.#canvas.style.height = `${heightPx}px`;
    this.#painted = new OffscreenCanvas(this.#canvas.width, this.#canvas.height);
  }
}
