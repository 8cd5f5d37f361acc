/**
 * The other side of the run panel, in the same page: answers its contract with made-up runs, so that the panel can be
 * looked at and measured without an editor. `?scenario=`, `?theme=`, `?metrics=`, `?points=`, `?axis=`, `?tab=`, `?events=` and `?lines=` say what to show.
 */
import 'vscode-jsonrpc/browser';
import { silentLog } from '../../../src/base/log';
import { isActive, type RunStatus } from '../../../src/model/runStatus';
import { ServerPeer } from '../../../src/protocol/peer';
import { runPanelContract } from '../../../src/protocol/runPanel';
import { PostedMessageReader, PostedMessageWriter } from '../../../src/protocol/postedMessages';
import { eventMatcher } from '../../../src/model/eventFilter';
import { FakeOutput } from './fakeOutput';
import { fakeDetail, fakeEvents, fakeRun, FakeSeries, manyEvents, shapes, startedAtMs } from './fakeRun';

const query = new URLSearchParams(location.search);
const scenario = query.get('scenario') ?? 'running';
const metricCount = Number(query.get('metrics') ?? 6);
const pointCount = Number(query.get('points') ?? 1812);
const tickMs = Number(query.get('tickMs') ?? 250);

const statusOf: Readonly<Record<string, RunStatus>> = {
  finished: 'completed',
  failed: 'failed',
  cancelling: 'cancel-pending',
  queued: 'queued',
};

let heard: (data: unknown) => void = () => undefined;
const looks = ['axis', 'tab'].flatMap((key) => (query.has(key) ? [[key, query.get(key)] as const] : []));
let state: unknown = { runId: 'k3v5qy7ab2cdefgh', ...Object.fromEntries(looks) };
Object.assign(window, {
  acquireVsCodeApi: () => ({
    // A webview's messages cross a process border as JSON.
    postMessage: (message: unknown) => setTimeout(() => heard(JSON.parse(JSON.stringify(message))), 2),
    getState: () => state,
    setState: (next: unknown) => (state = next),
  }),
});

const names = Object.keys(shapes);
const series = Array.from({ length: scenario === 'empty' ? 0 : metricCount }, (_, i) => {
  const shape = names[i % names.length] ?? '';
  const name = i < names.length ? shape : `${shape} ${i}`;
  return new FakeSeries(name, shapes[shape] ?? (() => 0), startedAtMs, 100);
});
for (const one of series) one.grow(pointCount);

let run = fakeRun(statusOf[scenario] ?? 'running');
if (scenario === 'empty' || scenario === 'queued') {
  const { attempt: _attempt, progress: _progress, timeoutMs: _timeoutMs, ...waiting } = run;
  run = scenario === 'queued' ? { ...waiting, evidence: 'waits for room: 2 of 2 running' } : { ...run, tags: [] };
}

const events = scenario === 'empty' ? [] : [...fakeEvents(), ...manyEvents(Number(query.get('events') ?? 0))];
const output = new FakeOutput(Number(query.get('lines') ?? 2000));
const asked: string[][] = [];
const peer = new ServerPeer(
  runPanelContract,
  new PostedMessageReader((listener) => {
    heard = listener;
    return { dispose: () => undefined };
  }),
  new PostedMessageWriter((message) => window.postMessage(message)),
  {
    'panel.ready': async () => ({
      detail: fakeDetail(run),
      metrics: series.map((one) => one.summary()),
      events: [],
      nowMs: Date.now(),
      ...(scenario === 'unreachable' ? { connection: 'no answer for 12 s (engine.sock: ECONNREFUSED).' } : {}),
    }),
    'panel.series': async ({ metrics, axis, buckets }) => {
      asked.push(metrics);
      return {
        windows: series
          .filter((one) => metrics.includes(one.metric))
          .map((one) => one.window(typeof axis === 'object' ? 'step' : axis, buckets)),
      };
    },
    'panel.events': async ({ before = Infinity, limit, ...filter }) => {
      const found = events.filter((event) => event.sequence < before).filter(eventMatcher(filter));
      const page = found.slice(0, limit);
      const next = page.at(-1)?.sequence;
      return { events: page, ...(found.length > limit && next !== undefined ? { next } : {}) };
    },
    'panel.eventMarks': async () => ({ marks: [], newest: 0 }),
    'panel.output': async ({ attempt, from, maxBytes }) => ({ attempt: attempt || 2, ...output.read(from, maxBytes) }),
    'panel.outputAt': async ({ attempt, timeMs }) => ({
      attempt: attempt || 2,
      ...(timeMs > startedAtMs ? { position: Math.min(output.sizeBytes, (timeMs - startedAtMs) * 8) } : {}),
    }),
    'panel.timeAt': async () => ({ timeMs: Date.now() }),
    'panel.exportPoints': async () => ({}),
    'panel.plotLook': async () => ({}),
    'panel.keep': async () => ({}),
    'panel.save': async () => ({}),
    'panel.act': async ({ action }) => {
      if (action === 'cancel') {
        run = fakeRun('cancel-pending');
        peer.notify('panel.run', { run });
      }
      return {};
    },
  },
  silentLog,
);

function tick(points: number): void {
  peer.notify('panel.appended', { series: series.map((one) => one.grow(points)), events: [] });
  output.lines += 1;
  peer.notify('panel.appended', { series: [], events: [], output: true });
  run = { ...run, heardAtMs: Date.now(), progress: { done: 1812, total: 4000 } };
  peer.notify('panel.run', { run });
}

Object.assign(window, { harness: { asked, tick } });
if (isActive(run.status) && scenario === 'running' && tickMs > 0) setInterval(() => tick(3), tickMs);
