/** What a user does to one chart's picture by mouse and keyboard: point, walk, zoom, pan, go back, open the output. */
import { type Disposable, DisposableSlot, DisposableStore, toDisposable } from '../../../src/base/lifecycle';
import type { PlotArea, PlotMaps } from '../../shared/charts/curvePainter';
import type { Plot } from '../../shared/charts/plot';
import { pixelOf, valueOf } from '../../shared/charts/pixelMap';
import {
  type GestureTarget,
  moved,
  PlotGestures,
  type PlotPoint,
  scaled,
  type SelectionBox,
  type ZoomStep,
} from '../../shared/charts/plotGestures';
import type { Span } from '../../shared/charts/polyline';
import { type Reading, readingAt } from '../../shared/charts/readings';
import type { ChartPlan } from '../../../src/model/chartLayout';
import type { ChartedSeries } from './chartScene';
import type { ChartsSurroundings } from './surroundings';

/** What the interaction works on; the card that owns it answers. */
export interface InteractiveChart {
  readonly plan: ChartPlan;
  readonly plot: Plot | undefined;
  readonly series: readonly ChartedSeries[];
  readonly isAlone: boolean;
  /** The selection is another one now. */
  redrawOverlay(): void;
  /** Reads out what the keys have led to. */
  announce(x: number): void;
}

const manyEntries = 10;
const panShare = 0.2;
const zoomFactor = 0.6;
/** So near a curve a click means it. */
const reachPx = 10;
const doubleClickMs = 300;

export class ChartInteraction implements GestureTarget, Disposable {
  readonly #owned = new DisposableStore();
  readonly #element: HTMLElement;
  readonly #chart: InteractiveChart;
  readonly #surroundings: ChartsSurroundings;
  readonly #gestures: PlotGestures;
  #box: SelectionBox | undefined;
  #mouse: PlotPoint | undefined;
  readonly #waitingClick = this.#owned.own(new DisposableSlot<Disposable>());

  constructor(element: HTMLElement, chart: InteractiveChart, surroundings: ChartsSurroundings) {
    this.#element = element;
    this.#chart = chart;
    this.#surroundings = surroundings;
    this.#gestures = this.#owned.own(new PlotGestures(element, this));
    const onBlur = (): void => {
      const { cursor } = this.#surroundings;
      if (!this.#mouse && cursor.place?.chartId === this.#chart.plan.id) cursor.move(undefined);
    };
    element.addEventListener('blur', onBlur);
    this.#owned.own(toDisposable(() => element.removeEventListener('blur', onBlur)));
  }

  get box(): SelectionBox | undefined {
    return this.#box;
  }

  geometry(): { readonly area: PlotArea; readonly maps: PlotMaps; readonly y: Span } | undefined {
    const { plot } = this.#chart;
    const maps = plot?.maps;
    if (!plot || !maps) return undefined;
    const { area } = plot;
    return { area, maps, y: { from: valueOf(maps.y, area.top + area.height), to: valueOf(maps.y, area.top) } };
  }

  hover(at: PlotPoint | undefined): void {
    const geometry = this.geometry();
    const { area } = geometry ?? {};
    const isInside =
      at !== undefined && area !== undefined && at.x >= area.left - 4 && at.x <= area.left + area.width + 4;
    this.#mouse = isInside ? at : undefined;
    const { cursor } = this.#surroundings;
    if (isInside && geometry) cursor.move({ x: valueOf(geometry.maps.x, at.x), chartId: this.#chart.plan.id });
    else if (cursor.place?.chartId === this.#chart.plan.id) cursor.move(undefined);
  }

  /** Where the mouse is, else where the keys have led while the chart has the focus. */
  get pointed(): PlotPoint | undefined {
    if (this.#mouse) return this.#mouse;
    const { place } = this.#surroundings.cursor;
    const geometry = this.geometry();
    if (!geometry || place?.chartId !== this.#chart.plan.id || document.activeElement !== this.#element)
      return undefined;
    const { area, maps } = geometry;
    const x = pixelOf(maps.x, place.x);
    return x >= area.left && x <= area.left + area.width ? { x, y: area.top + area.height / 2 } : undefined;
  }

  /** The picture has changed under the mouse. Where the cursor is not its own any more, it does not take it back. */
  rehover(): void {
    if (this.#mouse && this.#surroundings.cursor.place?.chartId === this.#chart.plan.id) this.hover(this.#mouse);
  }

  select(box: SelectionBox | undefined): void {
    if (box === this.#box) return;
    this.#box = box;
    this.#chart.redrawOverlay();
  }

  zoom({ x, y, goesOn }: ZoomStep): void {
    const { model } = this.#surroundings;
    const { plan } = this.#chart;
    const before = model.zoomOf(plan);
    const next = { x: x && isDrawable(x) ? x : before.x, y: y && isDrawable(y) ? y : before.y };
    if (next.x !== before.x || next.y !== before.y) model.zoom(plan, next, !goesOn);
  }

  goBack(): void {
    this.#waitingClick.set(undefined);
    this.#surroundings.model.zoomBack(this.#chart.plan);
  }

  /** A click on a curve opens the output; the second one of a double click takes that back. */
  click(at: PlotPoint): void {
    const maps = this.geometry()?.maps;
    if (!maps || this.#waitingClick.current) return;
    const hit = this.#hit(at, maps);
    if (!hit) return;
    const timer = setTimeout(() => {
      this.#waitingClick.set(undefined);
      this.#open(hit.one, hit.reading);
    }, doubleClickMs);
    this.#waitingClick.set(toDisposable(() => clearTimeout(timer)));
  }

  takesWheel(): boolean {
    return this.#chart.isAlone;
  }

  /** True when the key meant something here. */
  key(event: KeyboardEvent): boolean {
    if (event.ctrlKey || event.metaKey) return false;
    const done = this.#byKey(event);
    if (done) event.preventDefault();
    return done;
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #byKey({ key, shiftKey, altKey }: KeyboardEvent): boolean {
    switch (key) {
      case 'ArrowLeft':
      case 'ArrowRight': {
        const sign = key === 'ArrowLeft' ? -1 : 1;
        if (altKey) this.#pan(sign * panShare);
        else this.#walk((index) => index + sign * (shiftKey ? manyEntries : 1));
        return true;
      }
      case 'Home':
        this.#walk(() => 0);
        return true;
      case 'End':
        this.#walk(() => Infinity);
        return true;
      case '+':
      case '=':
        this.#zoomAtCursor(zoomFactor);
        return true;
      case '-':
        this.#zoomAtCursor(1 / zoomFactor);
        return true;
      case '0':
        this.#surroundings.model.zoomOut(this.#chart.plan);
        return true;
      case 'Backspace':
        this.goBack();
        return true;
      case 'Enter':
        if (this.#cursorX !== undefined) this.#openOutput(this.#cursorX);
        return this.#cursorX !== undefined;
      case 'Escape':
        return this.#escape();
      case '?':
        this.#surroundings.dialogs.help();
        return true;
      default:
        return false;
    }
  }

  get #cursorX(): number | undefined {
    return this.#surroundings.cursor.place?.x;
  }

  /** From entry to entry of the first series, within what is seen. */
  #walk(next: (index: number) => number): void {
    const [first] = this.#chart.series;
    const visible = this.geometry()?.maps.visible;
    if (!first || !visible) return;
    const { window } = first.picture;
    const seen: { readonly x: number; readonly index: number }[] = [];
    for (let i = 0; i < window.count.length; i++) {
      const [from, to] = [window.firstX[i] ?? NaN, window.lastX[i] ?? NaN];
      if (to >= visible.from && from <= visible.to) seen.push({ x: (from + to) / 2, index: i });
    }
    seen.sort((a, b) => a.x - b.x);
    const here = this.#cursorX === undefined ? undefined : readingAt(window, this.#cursorX);
    const at = here ? seen.findIndex(({ index }) => index === here.index) : -1;
    const wanted = at < 0 && next(0) === 1 ? 0 : next(Math.max(0, at));
    const reading = seen[Math.max(0, Math.min(seen.length - 1, wanted))];
    if (!reading) return;
    this.#surroundings.cursor.move({ x: reading.x, chartId: this.#chart.plan.id });
    this.#chart.announce(reading.x);
  }

  #pan(share: number): void {
    const geometry = this.geometry();
    if (!geometry) return;
    const { maps, area } = geometry;
    this.zoom({ x: moved(maps.x, maps.visible, share * area.width), goesOn: false });
  }

  #zoomAtCursor(factor: number): void {
    const geometry = this.geometry();
    if (!geometry) return;
    const { maps, area } = geometry;
    const px = this.#cursorX === undefined ? NaN : pixelOf(maps.x, this.#cursorX);
    const at = px >= area.left && px <= area.left + area.width ? px : area.left + area.width / 2;
    this.zoom({ x: scaled(maps.x, maps.visible, at, factor), goesOn: false });
  }

  #escape(): boolean {
    if (this.#gestures.cancel()) return true;
    const { cursor } = this.#surroundings;
    if (!cursor.place) return false;
    cursor.move(undefined);
    return true;
  }

  #openOutput(x: number): void {
    const [first] = this.#chart.series;
    const reading = first && readingAt(first.picture.window, x);
    if (reading) this.#open(first, reading);
  }

  #open({ metric, picture }: ChartedSeries, reading: Reading): void {
    void this.#surroundings.commands.openOutputAt(metric, picture.axis, reading);
  }

  /** The curve under the mouse, and what it says there. */
  #hit(at: PlotPoint, { x, y }: PlotMaps): { readonly one: ChartedSeries; readonly reading: Reading } | undefined {
    for (const one of this.#chart.series) {
      const reading = readingAt(one.picture.window, valueOf(x, at.x));
      if (!reading || Math.abs(pixelOf(x, reading.x) - at.x) > reachPx) continue;
      const [lowPx, highPx] = [pixelOf(y, reading.min), pixelOf(y, reading.max)];
      if (at.y >= highPx - reachPx && at.y <= lowPx + reachPx) return { one, reading };
    }
    return undefined;
  }
}

/** A double tells its ends apart, and chart.js can count between them. */
function isDrawable({ from, to }: Span): boolean {
  const length = to - from;
  return Number.isFinite(length) && length > 1e-12 * Math.max(Math.abs(from), Math.abs(to)) && length > 1e-300;
}
