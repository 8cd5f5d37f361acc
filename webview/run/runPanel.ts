/**
 * `<sidelab-run-panel>`: everything known of one run. It puts the parts together and ticks ages once a second, only while
 * it is looked at and the run is active; what the parts show comes from the session.
 */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { every, systemClock } from '../../src/base/clock';
import { DisposableSlot, type Disposable } from '../../src/base/lifecycle';
import { isActive, isSettled } from '../../src/model/runStatus';
import type { SeriesAxis } from '../../src/model/series';
import { icon } from '../shared/icons';
import { axisNames, seriesAxes } from './axisText';
import { ChartGrid } from './chartGrid';
import { headerPart } from './headerPart';
import { attemptTable } from './attemptTable';
import { eventList } from './eventList';
import type { ChartSurroundings } from './metricChart';
import type { RunPanelSession } from './runPanelSession';
import type { RunView } from './runView';

const tickMs = 1000;

export class RunPanel extends LitElement {
  #surroundings: ChartSurroundings | undefined;
  #keepAxis: (axis: SeriesAxis) => void = () => undefined;
  readonly #ticking = new DisposableSlot<Disposable>();

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  /** Called once by the root. */
  start(surroundings: ChartSurroundings, keepAxis: (axis: SeriesAxis) => void): void {
    this.#surroundings = surroundings;
    this.#keepAxis = keepAxis;
    const { session } = surroundings;
    session.onDidChange(() => this.requestUpdate());
    document.addEventListener('visibilitychange', () => {
      // What was posted while nobody looked may be lost, and nobody was told.
      if (document.visibilityState === 'visible') void session.refresh();
      this.requestUpdate();
    });
    void session.refresh();
  }

  protected override render(): TemplateResult | typeof nothing {
    const session = this.#surroundings?.session;
    if (!session) return nothing;
    const { view } = session;
    return html`<main>
      ${noticePart(session)} ${view ? this.#runPart(session, view) : nothing}
      ${!view && session.failure === undefined ? html`<p class="loading muted">Loading…</p>` : nothing}
    </main>`;
  }

  protected override updated(_changed: PropertyValues): void {
    const run = this.#surroundings?.session.view?.run;
    const isTicking = run !== undefined && isActive(run.status) && document.visibilityState === 'visible';
    if (!isTicking) this.#ticking.set(undefined);
    else if (!this.#ticking.current) this.#ticking.set(every(systemClock, tickMs, () => this.requestUpdate()));
    const grid = this.querySelector('sidelab-chart-grid');
    if (grid instanceof ChartGrid) grid.refresh();
  }

  #runPart(session: RunPanelSession, view: RunView): TemplateResult {
    const { detail, events } = view;
    const nowMs = session.nowMs();
    const part = (id: string, name: string, content: TemplateResult): TemplateResult =>
      html`<details class="part" id=${id} open>
        <summary><h2>${name}</h2></summary>
        ${content}
      </details>`;
    return html`
      ${headerPart(session, view)} ${failurePart(session, view)} ${this.#chartsPart(session, view)}
      <div class="parts">
        ${detail.attempts.length > 0 ? part('attempts', 'Attempts', attemptTable(session, detail.attempts, nowMs)) : nothing}
        ${part('events', 'Events', eventList(events, nowMs))}
        ${part('parameters', 'Parameters', jsonTable('Parameters', detail.parametersJson))}
        ${part('metadata', 'Metadata', jsonTable('Metadata', detail.metadataJson))}
      </div>
    `;
  }

  #chartsPart(session: RunPanelSession, view: RunView): TemplateResult {
    const isEmpty = view.metrics.length === 0;
    return html`<section class="charts" aria-labelledby="chartsTitle">
      <div class="chartsHead">
        <h2 id="chartsTitle">Charts</h2>
        ${isEmpty ? nothing : this.#axisChoice(session)}
      </div>
      ${
        isEmpty
          ? html`<p class="empty">
              ${isSettled(view.run.status) ? 'This run logged no metrics.' : 'No metrics yet.'} A program logs them by
              appending JSON lines to the file named by <code>SIDELAB_RUN_LOG</code>.
            </p>`
          : nothing
      }
      <sidelab-chart-grid .surroundings=${this.#surroundings}></sidelab-chart-grid>
    </section>`;
  }

  #axisChoice(session: RunPanelSession): TemplateResult {
    const choose = ({ target }: Event): void => {
      const axis = seriesAxes.find(
        (known) => target instanceof HTMLElement && 'value' in target && known === target.value,
      );
      if (axis === undefined || axis === session.board.axis) return;
      session.board.setAxis(axis);
      this.#keepAxis(axis);
      this.requestUpdate();
    };
    return html`<span class="axisChoice">
      <span aria-hidden="true">X axis</span>
      <vscode-dropdown aria-label="X axis" current-value=${session.board.axis} @change=${choose}>
        ${seriesAxes.map((axis) => html`<vscode-option value=${axis}>${axisNames[axis]}</vscode-option>`)}
      </vscode-dropdown>
    </span>`;
  }
}

const jsonTable = (label: string, json: string): TemplateResult =>
  html`<sidelab-json-table .label=${label} .json=${json}></sidelab-json-table>`;

/** What is wrong with the panel itself: the source does not answer, an action was not done. */
function noticePart(session: RunPanelSession): TemplateResult {
  const { connection, failure } = session;
  return html`
    <div role="status">
      ${
        connection === undefined
          ? nothing
          : html`<p class="notice warning">
              ${icon('warning')}<span>The engine does not answer: ${connection} Reconnecting…</span>
            </p>`
      }
    </div>
    <div role="alert">
      ${
        failure === undefined
          ? nothing
          : html`<div class="notice error">
              ${icon('cross')}<span>${failure}</span>
              ${
                session.view
                  ? html`<vscode-button appearance="secondary" @click=${() => session.dismissFailure()}
                      >Dismiss</vscode-button
                    >`
                  : html`<vscode-button appearance="secondary" @click=${() => void session.refresh()}
                      >Try Again</vscode-button
                    >`
              }
            </div>`
      }
    </div>
  `;
}

function failurePart(session: RunPanelSession, { run }: RunView): TemplateResult | typeof nothing {
  if (run.status !== 'failed' && run.status !== 'lost') return nothing;
  const reason = run.attempt?.detail ?? run.evidence ?? run.attempt?.reason ?? 'The reason is not known.';
  return html`<div class="notice error">
    ${icon('cross')}<span
      ><strong>${run.status === 'failed' ? 'The run failed' : 'The run was lost'}:</strong> ${reason}</span
    >
    ${
      run.children
        ? nothing
        : html`<vscode-button appearance="secondary" @click=${() => void session.act('showLog')}
            >Show Log</vscode-button
          >`
    }
  </div>`;
}
