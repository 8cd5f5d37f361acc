/** The head of the graph panel: which run or run file, how it stands, what can be done with the whole. */
import { html, nothing, type TemplateResult } from 'lit';
import { formatDuration } from '../../src/model/duration';
import { visibleControls } from '../../src/model/plainText';
import type { GraphPanelAction, GraphSnapshot, PlanSummary } from '../../src/protocol/graphPanel';
import { icon } from '../shared/icons';
import { statusLook } from '../shared/statusLook';
import { type GraphModel, spentMs } from './graphModel';
import { nodeActions } from './nodeActions';
import { describeCounts } from './nodeWords';

export interface HeadAsks {
  readonly act: (action: GraphPanelAction) => void;
  readonly acting: GraphPanelAction | undefined;
}

/** Of the whole, beside its name; what is rarer is in the menus. */
const headActions: ReadonlySet<GraphPanelAction> = new Set(['open', 'cancel', 'retry', 'resume', 'openRunFile']);

export function headPart(snapshot: GraphSnapshot, model: GraphModel, nowMs: number, asks: HeadAsks): TemplateResult {
  const { plan, name, experiment, problem, outdated } = snapshot;
  return html`<header class="graphHead">
      <div class="title">
        <p class="experiment">${visibleControls(experiment)}</p>
        <h1>${visibleControls(name)}</h1>
      </div>
      ${plan ? html`<p class="evidence">${planWords(plan)}</p>` : statusLine(model, nowMs)}
      <div class="actions" role="group" aria-label="Actions">${buttons(model, plan !== undefined, problem, asks)}</div>
    </header>
    ${
      problem === undefined
        ? nothing
        : html`<p class="notice error" role="alert">
            ${icon('cross')}<span>The run file cannot be submitted as it stands. ${problem}</span>
          </p>`
    }
    ${
      outdated === undefined
        ? nothing
        : html`<p class="notice warning" role="alert">
            ${icon('warning')}<span>This is the graph as it was before. ${outdated}</span>
          </p>`
    }`;
}

function statusLine(model: GraphModel, nowMs: number): TemplateResult {
  const { data, children, counts } = model.top;
  const { icon: name, tone } = statusLook[data.status];
  const spent = spentMs(model.top, nowMs);
  const words = [
    children.length === 0 ? '' : describeCounts(children.length, counts),
    spent === undefined ? '' : formatDuration(spent),
  ].filter((part) => part !== '');
  return html`<p class="statusLine">
    <span class="pill ${tone}">${icon(name)}<span>${data.status}</span></span>
    <span class="evidence">${words.join(' · ')}</span>
    <span class="hiddenText" role="status" aria-live="polite">${visibleControls(data.name)} is ${data.status}</span>
  </p>`;
}

function buttons(
  model: GraphModel,
  isPlan: boolean,
  problem: string | undefined,
  { act, acting }: HeadAsks,
): readonly TemplateResult[] {
  const actions = isPlan
    ? ([
        { action: 'submit', label: 'Submit Run' },
        { action: 'openRunFile', label: 'Open Run File' },
      ] as const)
    : nodeActions(model.top, false).filter(({ action }) => headActions.has(action));
  return actions.map(
    ({ action, label }) =>
      html`<vscode-button
        appearance=${action === 'submit' || action === 'cancel' ? 'primary' : 'secondary'}
        ?disabled=${acting === action || (action === 'submit' && problem !== undefined)}
        @click=${() => act(action)}
        >${label}</vscode-button
      >`,
  );
}

/** "12 programs · at most 4 at once, 2 on this machine · at most 3 h". */
export function planWords({ programs, mostAtOnce, mostHere, longestMs, unlimited }: PlanSummary): string {
  const here = mostHere === undefined || mostHere >= mostAtOnce ? '' : `, ${mostHere} on this machine`;
  const limit =
    longestMs === undefined
      ? `no limit: ${unlimited === programs ? (programs === 1 ? 'it has none' : 'none of them has one') : `${unlimited} of them ${unlimited === 1 ? 'has' : 'have'} none`}`
      : `at most ${formatDuration(longestMs)}`;
  return [
    `${programs} ${programs === 1 ? 'program' : 'programs'}`,
    ...(programs > 1 ? [`at most ${mostAtOnce} at once${here}`] : []),
    limit,
  ].join(' · ');
}
