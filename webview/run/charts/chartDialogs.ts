/**
 * `<sidelab-chart-dialogs>`: the questions that charts ask, on the browser's own dialog: which metrics a chart shows, how they
 * are smoothed, and where its axes begin and end. And the answer to one, what mouse and keys do.
 */
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { Span } from '../../shared/charts/polyline';
import { axisName } from '../../shared/axisText';
import type { ChartCard } from './chartCard';
import { chartHelp } from './chartHelp';
import { type ChartPlan, matcherOf } from '../../../src/model/chartLayout';
import { defaultChartSettings, type Smoothing } from '../../../src/model/chartSettings';
import type { ChartsModel } from './chartsModel';
import { ownSmoothingFields } from './smoothingFields';

/** More rows than this only slow the typing down; the filter finds the others. */
const mostRows = 300;

type Asking =
  | { readonly kind: 'help' }
  | {
      readonly kind: 'metrics';
      /** Undefined: the one that is chosen becomes the x axis. */
      readonly plan: ChartPlan | undefined;
      readonly chosen: Set<string>;
      filter: string;
    }
  | { readonly kind: 'smoothing'; readonly plan: ChartPlan; own: Smoothing | undefined }
  | { readonly kind: 'limits'; readonly card: ChartCard; readonly texts: Record<Limit, string>; problem: string };

type Limit = 'xFrom' | 'xTo' | 'yFrom' | 'yTo';

export class ChartDialogs extends LitElement {
  #model: ChartsModel | undefined;
  #metrics: () => readonly string[] = () => [];
  #asking: Asking | undefined;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  start(model: ChartsModel, metrics: () => readonly string[]): void {
    this.#model = model;
    this.#metrics = metrics;
  }

  /** Which metrics the chart shows. */
  pick(plan: ChartPlan): void {
    this.#open({ kind: 'metrics', plan, chosen: new Set(plan.metrics), filter: '' });
  }

  /** Which metric is the x axis. */
  pickAxis(): void {
    const axis = this.#model?.settings.axis;
    const chosen = new Set(typeof axis === 'object' ? [axis.metric] : []);
    this.#open({ kind: 'metrics', plan: undefined, chosen, filter: '' });
    // The drop-down that led here shows its last option until it is told what holds.
    this.#model?.change({});
  }

  /** Where the axes of the chart begin and end. */
  limits(card: ChartCard): void {
    const zoom = this.#model?.zoomOf(card.plan);
    const text = (value: number | undefined): string =>
      value === undefined ? '' : String(Number(value.toPrecision(7)));
    const texts = {
      xFrom: text(zoom?.x?.from),
      xTo: text(zoom?.x?.to),
      yFrom: text(zoom?.y?.from),
      yTo: text(zoom?.y?.to),
    };
    this.#open({ kind: 'limits', card, texts, problem: '' });
  }

  /** How the chart is smoothed, if not as all are. */
  smoothing(plan: ChartPlan): void {
    this.#open({ kind: 'smoothing', plan, own: plan.choice.smoothing });
  }

  /** What mouse and keys do. */
  help(): void {
    this.#open({ kind: 'help' });
  }

  #open(asking: Asking): void {
    this.#asking = asking;
    this.requestUpdate();
    void this.updateComplete.then(() => this.querySelector('dialog')?.showModal());
  }

  readonly #close = (): void => {
    this.querySelector('dialog')?.close();
    this.#asking = undefined;
    this.requestUpdate();
  };

  protected override render(): TemplateResult | typeof nothing {
    const asking = this.#asking;
    if (!asking) return nothing;
    const title = titleOf(asking);
    return html`<dialog class=${asking.kind} aria-label=${title} @close=${this.#close}>
      <form method="dialog" @submit=${this.#submit}>
        <h2>${title}</h2>
        ${this.#content(asking)}
        <p class="dialogButtons">
          ${
            asking.kind === 'help'
              ? nothing
              : html`<button type="button" class="textButton" @click=${this.#close}>Cancel</button>`
          }
          <button type="submit" class="textButton primary" ?autofocus=${asking.kind === 'help'}>
            ${asking.kind === 'help' ? 'Close' : 'OK'}
          </button>
        </p>
      </form>
    </dialog>`;
  }

  #content(asking: Asking): TemplateResult {
    if (asking.kind === 'help') return chartHelp();
    if (asking.kind === 'smoothing') {
      const { smoothing: kind, smoothingWeight: weight } = this.#model?.settings ?? defaultChartSettings;
      return ownSmoothingFields(asking.own, { kind, weight }, (own) => {
        asking.own = own;
        this.requestUpdate();
      });
    }
    return asking.kind === 'metrics' ? this.#metricList(asking) : this.#limitFields(asking);
  }

  #metricList(asking: Extract<Asking, { kind: 'metrics' }>): TemplateResult {
    const { matches } = matcherOf(asking.filter);
    const found = this.#metrics().filter(matches);
    // Those that the chart has come first; what is chosen now stays where it is.
    const has = (metric: string): number => Number(asking.plan?.metrics.includes(metric) ?? false);
    const first = [...found].sort((a, b) => has(b) - has(a));
    const shown = first.slice(0, mostRows);
    const onFilter = ({ target }: Event): void => {
      if (target instanceof HTMLInputElement) asking.filter = target.value;
      this.requestUpdate();
    };
    const onCheck = (metric: string): void => {
      if (!asking.plan) asking.chosen.clear();
      if (!asking.chosen.delete(metric)) asking.chosen.add(metric);
      this.requestUpdate();
    };
    return html`<input
        type="text"
        class="field"
        placeholder="Filter by regular expression"
        aria-label="Filter metrics"
        .value=${asking.filter}
        @input=${onFilter}
      />
      <ul class="choices" aria-label="Metrics">
        ${shown.map(
          (metric) =>
            html`<li>
              <label>
                <input
                  type=${asking.plan ? 'checkbox' : 'radio'}
                  name="metric"
                  .checked=${live(asking.chosen.has(metric))}
                  @change=${() => onCheck(metric)}
                />
                <bdi>${metric}</bdi>
              </label>
            </li>`,
        )}
      </ul>
      <p class="muted" role="status">
        ${asking.chosen.size} chosen${found.length > shown.length ? `, ${found.length - shown.length} more match` : ''}
      </p>`;
  }

  #limitFields(asking: Extract<Asking, { kind: 'limits' }>): TemplateResult {
    const axis = this.#model?.settings.axis ?? 'step';
    const field = (limit: Limit, label: string): TemplateResult =>
      html`<label class="limit"
        ><span>${label}</span
        ><input
          type="text"
          class="field"
          inputmode="decimal"
          placeholder="follows the data"
          .value=${asking.texts[limit]}
          @input=${({ target }: Event) => {
            if (target instanceof HTMLInputElement) asking.texts[limit] = target.value;
          }}
      /></label>`;
    const xName =
      axis === 'time' ? 'Relative time in s' : axis === 'wall' ? 'Wall time in ms since 1970' : axisName(axis);
    return html`<div class="limits">
        ${field('xFrom', `${xName}, from`)} ${field('xTo', `${xName}, to`)} ${field('yFrom', 'Value, from')}
        ${field('yTo', 'Value, to')}
      </div>
      <p class="problem" role="alert">${asking.problem}</p>`;
  }

  readonly #submit = (event: Event): void => {
    event.preventDefault();
    const asking = this.#asking;
    const model = this.#model;
    if (!asking || !model) return;
    if (asking.kind === 'help') return this.#close();
    if (asking.kind === 'smoothing') {
      this.#close();
      return model.choose(asking.plan, { smoothing: asking.own });
    }
    if (asking.kind === 'metrics') {
      const metrics = this.#metrics().filter((metric) => asking.chosen.has(metric));
      this.#close();
      const [first] = metrics;
      if (first === undefined) return;
      if (asking.plan) model.combine(asking.plan, metrics);
      else model.change({ axis: { metric: first } });
      return;
    }
    const { scene } = asking.card.plot ?? {};
    const x = spanOf(asking.texts.xFrom, asking.texts.xTo, scene?.x.span);
    const y = spanOf(asking.texts.yFrom, asking.texts.yTo, scene?.y.span);
    if (x === 'wrong' || y === 'wrong') {
      asking.problem = 'Write numbers, the first below the second, or leave a field empty to follow the data.';
      this.requestUpdate();
      return;
    }
    this.#close();
    model.zoom(asking.card.plan, { x, y });
  };
}

function titleOf(asking: Asking): string {
  if (asking.kind === 'help') return 'Mouse and keys';
  if (asking.kind === 'limits') return 'Axis limits';
  if (asking.kind === 'smoothing') return 'Smoothing of this chart';
  return asking.plan ? 'Metrics of this chart' : 'Metric on the x axis';
}

/** An end that is left empty is where the data ends now; both empty is no limit. */
function spanOf(from: string, to: string, now: Span | undefined): Span | undefined | 'wrong' {
  if (from.trim() === '' && to.trim() === '') return undefined;
  const span = {
    from: from.trim() === '' ? (now?.from ?? NaN) : Number(from),
    to: to.trim() === '' ? (now?.to ?? NaN) : Number(to),
  };
  return span.from < span.to && Number.isFinite(span.to - span.from) ? span : 'wrong';
}
