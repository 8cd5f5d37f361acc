/**
 * How the charts of a panel are looked at, and the changes that a user makes to it. Every change is kept at once; zooms can
 * be taken back one by one, until the panel is closed.
 */
import { type Event, Emitter } from '../../../src/base/event';
import { type Disposable, DisposableStore } from '../../../src/base/lifecycle';
import { type ChartChoice, type ChartSettings, defaultChartSettings } from '../../../src/model/chartSettings';
import type { Span } from '../../shared/charts/polyline';
import type { ChartPlan } from '../../../src/model/chartLayout';
import { isSameAxis } from './seriesBoard';

export interface ChartZoom {
  readonly x: Span | undefined;
  readonly y: Span | undefined;
}

export class ChartsModel implements Disposable {
  readonly #owned = new DisposableStore();
  readonly #didChange = this.#owned.own(new Emitter<void>());
  readonly onDidChange: Event<void> = this.#didChange.event;
  readonly #keep: (settings: ChartSettings) => void;
  readonly #back = new Map<string, ChartZoom[]>();
  #settings: ChartSettings;

  constructor(settings: ChartSettings, keep: (settings: ChartSettings) => void) {
    this.#settings = settings;
    this.#keep = keep;
  }

  get settings(): ChartSettings {
    return this.#settings;
  }

  /** Another axis has another unit: what was chosen in the old one is dropped. */
  change(changes: Partial<Omit<ChartSettings, 'charts' | 'order' | 'x' | 'alone'>>): void {
    const isOtherAxis = changes.axis !== undefined && !isSameAxis(changes.axis, this.#settings.axis);
    const isOtherLink = changes.linkZoom !== undefined && changes.linkZoom !== this.#settings.linkZoom;
    if (isOtherAxis || isOtherLink) this.#dropZooms();
    this.#set({ ...this.#settings, ...changes });
  }

  /** Gives the panel to one chart, or back to all. */
  showAlone(id: string | undefined): void {
    const { alone: _, ...others } = this.#settings;
    this.#set(id === undefined ? others : { ...others, alone: id });
  }

  zoomOf({ choice }: ChartPlan): ChartZoom {
    const { linkZoom, x } = this.#settings;
    return { x: linkZoom ? x : choice.x, y: choice.y };
  }

  /** `canGoBack` false: a step of many, as a wheel makes them; only the first of them is gone back to. */
  zoom(plan: ChartPlan, zoom: ChartZoom, canGoBack = true): void {
    const before = this.zoomOf(plan);
    if (canGoBack) this.#stack(plan.id).push(before);
    this.#setZoom(plan, zoom);
  }

  /** To what was seen before the last zoom; to everything when there was none. */
  zoomBack(plan: ChartPlan): void {
    this.#setZoom(plan, this.#stack(plan.id).pop() ?? { x: undefined, y: undefined });
  }

  zoomOut(plan: ChartPlan): void {
    this.#back.delete(this.#stackKey(plan.id));
    this.#setZoom(plan, { x: undefined, y: undefined });
  }

  /** Changes what is chosen for one chart; undefined takes a choice back. */
  choose(
    plan: ChartPlan,
    changes: { readonly [K in keyof Omit<ChartChoice, 'id'>]: ChartChoice[K] | undefined },
  ): void {
    const choice = withoutUndefined({ ...plan.choice, ...changes });
    const others = this.#settings.charts.filter(({ id }) => id !== plan.id);
    const isDefault = Object.keys(choice).length === 1;
    this.#set({ ...this.#settings, charts: isDefault ? others : [...others, choice] });
  }

  /** These metrics in one chart, in the place of `plan`; one alone is its own chart again. */
  combine(plan: ChartPlan, metrics: readonly string[]): void {
    const taken = new Set([plan.id, ...metrics]);
    const others = this.#settings.charts.filter(({ id }) => !taken.has(id));
    const emptied = others.map((choice) => ({
      ...choice,
      ...(choice.metrics ? { metrics: choice.metrics.filter((metric) => !taken.has(metric)) } : {}),
    }));
    const [only] = metrics;
    const { metrics: _, ...look } = plan.choice;
    const id = metrics.length === 1 ? (only ?? plan.id) : combinedId(metrics);
    const order = this.#settings.order.map((known) => (known === plan.id ? id : known));
    const choice: ChartChoice = { ...look, id, ...(metrics.length > 1 ? { metrics: [...metrics] } : {}) };
    const kept = emptied.filter((other) => other.metrics === undefined || other.metrics.length > 0);
    this.#set({ ...this.#settings, order, charts: metrics.length === 0 ? kept : [...kept, choice] });
  }

  /** Puts a chart before another one, or at the end of those that are `shown`. */
  move(id: string, before: string | undefined, shown: readonly string[]): void {
    const order = shown.filter((other) => other !== id);
    const at = before === undefined ? order.length : order.indexOf(before);
    order.splice(at < 0 ? order.length : at, 0, id);
    const rest = this.#settings.order.filter((other) => !order.includes(other));
    this.#set({ ...this.#settings, order: [...order, ...rest] });
  }

  /** As a panel is that was never changed. */
  reset(): void {
    this.#back.clear();
    this.#set(defaultChartSettings);
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #stackKey(id: string): string {
    return this.#settings.linkZoom ? '' : id;
  }

  #stack(id: string): ChartZoom[] {
    const key = this.#stackKey(id);
    let stack = this.#back.get(key);
    if (!stack) this.#back.set(key, (stack = []));
    return stack;
  }

  #setZoom(plan: ChartPlan, { x, y }: ChartZoom): void {
    if (!this.#settings.linkZoom) return this.choose(plan, { x, y });
    const { x: _, ...rest } = this.#settings;
    this.#settings = { ...rest, ...(x ? { x } : {}) };
    this.choose(plan, { y });
  }

  #dropZooms(): void {
    this.#back.clear();
    const { x: _, ...rest } = this.#settings;
    const charts = rest.charts.map(({ x: _x, ...choice }) => choice);
    this.#settings = { ...rest, charts };
  }

  #set(settings: ChartSettings): void {
    this.#settings = settings;
    this.#keep(settings);
    this.#didChange.fire();
  }
}

const combinedId = (metrics: readonly string[]): string => JSON.stringify(metrics);

function withoutUndefined(choice: { readonly [K in keyof ChartChoice]: ChartChoice[K] | undefined }): ChartChoice {
  const kept = Object.entries(choice).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(kept), id: choice.id ?? '' };
}
