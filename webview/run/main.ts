/** The root of the run panel: registers the elements, connects the host, and starts the one panel of the page. */
import './run.css';
import { systemClock } from '../../src/base/clock';
import { Value } from '@sinclair/typebox/value';
import { type RunPanelState, runPanelContract, RunPanelStateSchema } from '../../src/protocol/runPanel';
import { FrameLoop } from '../shared/frameLoop';
import { connectHost, keepState, keptState } from '../shared/host';
import { ThemeWatch } from '../shared/theme';
import { registerToolkit } from '../shared/toolkit';
import { AttemptsTab } from './attemptsTab';
import { ChartGrid } from './chartGrid';
import { ChartsTab } from './chartsTab';
import { CopyButton } from './copyButton';
import { EventsTab } from './eventsTab';
import { JsonTable } from './jsonTable';
import { MetricChart } from './metricChart';
import { OutputTab } from './outputTab';
import type { KeptState } from './panelTab';
import { ParametersTab } from './parametersTab';
import { RunPanel } from './runPanel';
import { RunPanelSession } from './runPanelSession';

registerToolkit();
customElements.define('sidelab-copy-button', CopyButton);
customElements.define('sidelab-json-table', JsonTable);
customElements.define('sidelab-metric-chart', MetricChart);
customElements.define('sidelab-chart-grid', ChartGrid);
customElements.define('sidelab-charts', ChartsTab);
customElements.define('sidelab-parameters', ParametersTab);
customElements.define('sidelab-events', EventsTab);
customElements.define('sidelab-attempts', AttemptsTab);
customElements.define('sidelab-output', OutputTab);
customElements.define('sidelab-run-panel', RunPanel);

/** The page names its run; the state kept from before a reload adds how it was looked at. */
function initialState(): RunPanelState | undefined {
  const kept = keptState(RunPanelStateSchema);
  const named = { ...kept, runId: document.body.dataset['runId'] ?? kept?.runId };
  return Value.Check(RunPanelStateSchema, named) ? named : kept;
}

let state = initialState();
if (state) keepState(state);

const session = new RunPanelSession(
  (listeners) => connectHost(runPanelContract, listeners),
  state?.axis ?? 'step',
  systemClock,
);
const kept: KeptState = {
  get current() {
    return state ?? {};
  },
  keep(changes) {
    if (!state) return;
    state = { ...state, ...changes };
    keepState(state);
  },
};
const panel = document.querySelector('sidelab-run-panel');
if (panel instanceof RunPanel) panel.start({ session, frames: new FrameLoop(), theme: new ThemeWatch(), kept });
