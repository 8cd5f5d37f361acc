/** The root of the run panel: registers the elements, connects the host, and starts the one panel of the page. */
import './run.css';
import { Coalescer, systemClock } from '../../src/base/clock';
import { Check } from '@sinclair/typebox/value';
import { type RunPanelState, runPanelContract, RunPanelStateSchema } from '../../src/protocol/runPanel';
import { afterFirstPicture } from '../shared/firstPicture';
import { FrameLoop } from '../shared/frameLoop';
import { consoleLog } from '../shared/consoleLog';
import { connectHost, keepState, keptState } from '../shared/host';
import { ThemeWatch } from '../shared/theme';
import { toolkitScript } from '../shared/toolkit';
import { AttemptsTab } from './attemptsTab';
import { registerCharts } from './charts/openCharts';
import { ChartsTab } from './chartsTab';
import { CopyButton } from '../shared/copyButton';
import { EventsTab } from './eventsTab';
import { JsonTable } from './jsonTable';
import { OutputTab } from './outputTab';
import type { KeptState } from './panelTab';
import { ParametersTab } from './parametersTab';
import { RunPanel } from './runPanel';
import { RunPanelSession } from './runPanelSession';
import { ToldLooks } from './toldLooks';

const keepMs = 100;

const loadToolkit = toolkitScript();
customElements.define('sidelab-copy-button', CopyButton);
customElements.define('sidelab-json-table', JsonTable);
registerCharts();
customElements.define('sidelab-charts', ChartsTab);
customElements.define('sidelab-parameters', ParametersTab);
customElements.define('sidelab-events', EventsTab);
customElements.define('sidelab-attempts', AttemptsTab);
customElements.define('sidelab-output', OutputTab);
customElements.define('sidelab-run-panel', RunPanel);

/** The page names its run, and how it was looked at when its host last heard of that; the view may know better. */
function initialState(): RunPanelState | undefined {
  const { state: given } = document.body.dataset;
  const fromHost: unknown = given === undefined ? undefined : JSON.parse(given);
  const known = [keptState(RunPanelStateSchema), fromHost].filter((state) => Check(RunPanelStateSchema, state));
  const [newest] = known.sort((a, b) => (b.keptAtMs ?? 0) - (a.keptAtMs ?? 0));
  return newest && Check(RunPanelStateSchema, fromHost) ? { ...newest, runId: fromHost.runId } : newest;
}

let state = initialState();
if (state) keepState(state);

const session = new RunPanelSession((listeners) => connectHost(runPanelContract, listeners), systemClock);
/** A slider changes many times a second. */
const tellHost = new Coalescer(systemClock, keepMs, () => {
  if (state) void session.call('panel.keep', state);
});

const kept: KeptState = {
  get current() {
    return state ?? {};
  },
  keep(changes) {
    if (!state) return;
    state = { ...state, ...changes, keptAtMs: Date.now() };
    keepState(state);
    tellHost.trigger();
  },
};
const frames = new FrameLoop();
const panel = document.querySelector('sidelab-run-panel');
const theme = new ThemeWatch();
if (panel instanceof RunPanel) panel.start({ session, frames, theme, kept });
const looks = new ToldLooks(systemClock, theme, session);
afterFirstPicture(
  frames,
  () => session.view !== undefined || session.failure !== undefined,
  () => {
    document.querySelector('.firstPicture')?.remove();
    looks.tell();
    loadToolkit().catch((error: unknown) => {
      consoleLog.error('The elements of the panel could not be loaded.', error);
      session.tellFailure('A part of this panel could not be loaded: close it and open it again.');
    });
  },
);
