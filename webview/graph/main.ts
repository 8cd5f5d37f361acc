/** The root of the graph panel: registers the elements, connects the host, and starts the one panel of the page. */
import './graph.css';
import { Check } from '@sinclair/typebox/value';
import { Coalescer, systemClock } from '../../src/base/clock';
import { graphPanelContract, type GraphPanelState, GraphPanelStateSchema } from '../../src/protocol/graphPanel';
import { consoleLog } from '../shared/consoleLog';
import { afterFirstPicture } from '../shared/firstPicture';
import { FrameLoop } from '../shared/frameLoop';
import { connectHost, keepState, keptState } from '../shared/host';
import { Menu } from '../shared/menu';
import { ThemeWatch } from '../shared/theme';
import { toolkitScript } from '../shared/toolkit';
import { GraphPanel } from './graphPanel';
import { GraphSession } from './graphSession';
import { GraphPicture } from './picture/graphPicture';

const keepMs = 100;

const loadToolkit = toolkitScript();
customElements.define('sidelab-menu', Menu);
customElements.define('sidelab-graph-picture', GraphPicture);
customElements.define('sidelab-graph-panel', GraphPanel);

/** The page names its subject, and how it was looked at when its host last heard of that; the view may know better. */
function initialState(): GraphPanelState | undefined {
  const { state: given } = document.body.dataset;
  const fromHost: unknown = given === undefined ? undefined : JSON.parse(given);
  const known = [keptState(GraphPanelStateSchema), fromHost].filter((state) => Check(GraphPanelStateSchema, state));
  const [newest] = known.sort((a, b) => (b.keptAtMs ?? 0) - (a.keptAtMs ?? 0));
  return newest && Check(GraphPanelStateSchema, fromHost) ? { ...newest, subject: fromHost.subject } : newest;
}

let state = initialState();
if (state) keepState(state);

const session = new GraphSession((listeners) => connectHost(graphPanelContract, listeners), systemClock);
/** A picture that is dragged changes many times a second. */
const tellHost = new Coalescer(systemClock, keepMs, () => {
  if (!state) return;
  session.call('graph.keep', state).catch((error: unknown) => {
    consoleLog.warn(`How the graph is looked at was not kept: ${String(error)}`);
  });
});

const frames = new FrameLoop();
const panel = document.querySelector('sidelab-graph-panel');
if (panel instanceof GraphPanel) {
  panel.start({
    session,
    frames,
    theme: new ThemeWatch(),
    look: state?.look,
    keep: (look) => {
      if (!state) return;
      state = { ...state, look, keptAtMs: Date.now() };
      keepState(state);
      tellHost.trigger();
    },
  });
}
afterFirstPicture(
  frames,
  () => session.model !== undefined || session.failure !== undefined,
  () => {
    loadToolkit().catch((error: unknown) => {
      consoleLog.error('The elements of the panel could not be loaded.', error);
      session.fail('A part of this panel could not be loaded: close it and open it again.');
    });
  },
);
