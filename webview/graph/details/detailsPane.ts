/** What is known of the chosen node, beside the picture: state, what can be done, times, parameters, last values, last output. */
import { html, nothing, type TemplateResult } from 'lit';
import { describeEvidence } from '../../../src/model/describeRun';
import { formatDuration } from '../../../src/model/duration';
import { formatValue } from '../../../src/model/metricValue';
import { plainText, visibleControls } from '../../../src/model/plainText';
import type { MetricSummary } from '../../../src/model/series';
import { summaryColumn } from '../../../src/model/series';
import type { GraphDetails, GraphPanelAction } from '../../../src/protocol/graphPanel';
import { formatDateTime } from '../../shared/axisText';
import { icon } from '../../shared/icons';
import { statusLook } from '../../shared/statusLook';
import { type ModelNode, spentMs } from '../graphModel';
import type { ShownDetails } from '../graphSession';
import { nodeActions } from '../nodeActions';
import { describeCounts } from '../nodeWords';
import { flatParameters } from './flatParameters';

export interface DetailsAsks {
  readonly act: (action: GraphPanelAction) => void;
  readonly close: () => void;
  readonly acting: GraphPanelAction | undefined;
}

export function detailsPane(
  node: ModelNode,
  shown: ShownDetails | undefined,
  isPlan: boolean,
  nowMs: number,
  asks: DetailsAsks,
): TemplateResult {
  const { data } = node;
  const { icon: name, tone } = statusLook[data.status];
  const details = shown?.runId === node.id ? shown.details : undefined;
  const place = node.parent?.path ?? '';
  return html`<section class="details" aria-label="Details of ${visibleControls(data.name)}">
    <header>
      ${place === '' ? nothing : html`<p class="experiment">${visibleControls(place)}</p>`}
      <h2>${visibleControls(data.name)}</h2>
      <button
        type="button"
        class="iconButton close"
        aria-label="Close details"
        title="Close details"
        @click=${asks.close}
      >
        ${icon('plainCross')}
      </button>
    </header>
    ${
      isPlan
        ? nothing
        : html`<p class="statusLine">
            <span class="pill ${tone}">${icon(name)}<span>${data.status}</span></span>
            <span class="evidence">${evidenceOf(node, details, nowMs)}</span>
          </p>`
    }
    <div class="actions" role="group" aria-label="Actions">${actionButtons(node, isPlan, asks)}</div>
    <dl class="facts">${factsOf(node, details, isPlan, nowMs).map(fact)}</dl>
    ${shown?.failure === undefined ? nothing : html`<p class="notice error">${icon('cross')}<span>${shown.failure}</span></p>`}
    ${details ? detailParts(details) : shown?.failure === undefined ? html`<p class="loading muted">Loading…</p>` : nothing}
  </section>`;
}

function evidenceOf(node: ModelNode, details: GraphDetails | undefined, nowMs: number): string {
  if (node.children.length > 0) return describeCounts(node.children.length, node.counts);
  const run = details?.detail?.run;
  // The node may know more than what was read a moment ago.
  if (run?.status === node.data.status) return describeEvidence(run, nowMs);
  return visibleControls(node.data.evidence ?? '');
}

function actionButtons(node: ModelNode, isPlan: boolean, { act, acting }: DetailsAsks): readonly TemplateResult[] {
  return nodeActions(node, isPlan).map(
    ({ action, label }) =>
      html`<vscode-button
        appearance=${action === 'cancel' ? 'primary' : 'secondary'}
        ?disabled=${acting === action}
        @click=${() => act(action)}
        >${label}</vscode-button
      >`,
  );
}

type Fact = readonly [name: string, value: string];

function factsOf(node: ModelNode, details: GraphDetails | undefined, isPlan: boolean, nowMs: number): readonly Fact[] {
  const facts: Fact[] = [];
  const add = (name: string, value: string | undefined): void => {
    if (value !== undefined && value !== '') facts.push([name, value]);
  };
  if (!isPlan) {
    const spent = spentMs(node, nowMs);
    const limit = node.data.timeoutMs === undefined ? '' : ` of ${formatDuration(node.data.timeoutMs)}`;
    add('Elapsed', spent === undefined ? undefined : `${formatDuration(spent)}${limit}`);
    const { attempts, attemptsMax } = node.data;
    if (attempts > 0)
      add('Attempt', attemptsMax > 1 ? `${attempts} of ${Math.max(attempts, attemptsMax)}` : `${attempts}`);
    add('Started', node.firstStartMs === undefined ? undefined : formatDateTime(node.firstStartMs));
    const attempt = details?.detail?.run.attempt;
    add('Executor', attempt?.executor);
    add('Process id', attempt?.pid?.toString());
    add('Folder', attempt?.folder);
  }
  for (const [name, value] of details?.facts ?? []) add(name, value);
  return facts;
}

const fact = ([name, value]: Fact): TemplateResult =>
  html`<div class="fact">
    <dt>${name}</dt>
    <dd>${visibleControls(value)}</dd>
  </div>`;

function detailParts({ parametersJson, metrics, moreMetrics, output }: GraphDetails): TemplateResult {
  const parameters = flatParameters(parametersJson);
  return html`${
    parameters.length === 0
      ? nothing
      : html`<section>
          <h3>Parameters</h3>
          <table class="rows">
            <tbody>
              ${parameters.map(
                ([key, value]) =>
                  html`<tr>
                    <th scope="row">${visibleControls(key)}</th>
                    <td class="value">${visibleControls(value)}</td>
                  </tr>`,
              )}
            </tbody>
          </table>
        </section>`
  }
  ${metrics.length === 0 ? nothing : metricsPart(metrics, moreMetrics)}
  ${
    output === undefined || output === ''
      ? nothing
      : html`<section>
          <h3>Last lines of the output</h3>
          <pre tabindex="0" aria-label="Last lines of the output">${plainText(output)}</pre>
        </section>`
  }`;
}

function metricsPart(metrics: readonly MetricSummary[], moreMetrics: number): TemplateResult {
  const value = ({ values }: MetricSummary, column: keyof typeof summaryColumn): string =>
    formatValue(values[summaryColumn[column]] ?? NaN);
  return html`<section>
    <h3>Metrics</h3>
    <table class="rows metrics">
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Last</th>
          <th scope="col">Min</th>
          <th scope="col">Max</th>
        </tr>
      </thead>
      <tbody>
        ${metrics.map(
          (metric) =>
            html`<tr>
              <th scope="row">${visibleControls(metric.metric)}</th>
              <td class="value">${value(metric, 'lastValue')}</td>
              <td class="value">${value(metric, 'min')}</td>
              <td class="value">${value(metric, 'max')}</td>
            </tr>`,
        )}
      </tbody>
    </table>
    ${moreMetrics === 0 ? nothing : html`<p class="muted">${moreMetrics} more in the run’s panel</p>`}
  </section>`;
}
