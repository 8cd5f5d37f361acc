/**
 * The other side of the graph panel, in the same page: answers its contract with made-up graphs, so that the panel can be looked
 * at and measured without an editor. `?graph=`, `?plan`, `?look=` (JSON) say what to show.
 */
import 'vscode-jsonrpc/browser';
import { silentLog } from '../../../src/base/log';
import type { GraphChange } from '../../../src/model/graphChange';
import { graphPanelContract } from '../../../src/protocol/graphPanel';
import { PostedMessageReader, PostedMessageWriter } from '../../../src/protocol/postedMessages';
import { ServerPeer } from '../../../src/protocol/peer';
import { nowMs, shapes } from './shapes';

const query = new URLSearchParams(location.search);
const shape = (shapes[query.get('graph') ?? 'pipeline'] ?? shapes['pipeline'])?.();
const look: unknown = JSON.parse(query.get('look') ?? 'null');
const isPlan = query.has('plan');

let heard: (data: unknown) => void = () => undefined;
let state: unknown = {
  subject: { kind: 'run', runId: shape?.nodes[0]?.id },
  ...(look === null
    ? {}
    : { look: { view: 'graph', opened: [], closed: [], isCriticalShown: false, statuses: [], ...(look as object) } }),
};
Object.assign(window, {
  acquireVsCodeApi: () => ({
    postMessage: (message: unknown) => setTimeout(() => heard(JSON.parse(JSON.stringify(message))), 2),
    getState: () => state,
    setState: (next: unknown) => (state = next),
  }),
});

const acts: unknown[] = [];
const peer = new ServerPeer(
  graphPanelContract,
  new PostedMessageReader((listener) => {
    heard = listener;
    return { dispose: () => undefined };
  }),
  new PostedMessageWriter((message) => window.postMessage(JSON.parse(JSON.stringify(message)), '*')),
  {
    'graph.ready': async () => ({
      name: shape?.nodes[0]?.name ?? '',
      experiment: 'digits',
      nodes: (shape?.nodes ?? []).map((node) =>
        isPlan ? { ...node, status: 'created' as const, attempts: 0, timeoutMs: 3_600_000 } : node,
      ),
      edges: [...(shape?.edges ?? [])],
      nowMs: isPlan ? nowMs : nowMs,
      ...(isPlan ? { plan: { programs: 72, mostAtOnce: 8, mostHere: 2, longestMs: 8_000_000, unlimited: 0 } } : {}),
    }),
    'graph.details': async () => ({
      facts: [['Command', 'python train.py --epochs 80']] as [string, string][],
      parametersJson: '{"optimizer":{"name":"adam","lr":0.003},"epochs":80,"layers":[64,64,10]}',
      metrics: [],
      moreMetrics: 0,
      output: 'epoch 30: loss 0.213\nepoch 31: loss 0.207\n',
    }),
    'graph.noDetails': async () => ({}),
    'graph.select': async () => ({}),
    'graph.act': async (act) => {
      acts.push(act);
      return {};
    },
    'graph.save': async ({ name }) => {
      acts.push({ save: name });
      return {};
    },
    'graph.keep': async () => ({}),
  },
  silentLog,
);

/** Tells of so many nodes in other states. */
let round = 0;
const change = (count: number): void => {
  const singles = (shape?.nodes ?? []).filter(({ kind }) => kind === 'single');
  const nodes = Array.from({ length: count }, (): GraphChange => {
    round += 1;
    const { id, parentId, name, kind, attempts, attemptsMax } = singles[(round * 131) % singles.length] ?? singles[0]!;
    const status = (['running', 'completed', 'failed', 'queued'] as const)[round % 4] ?? 'queued';
    return { id, ...(parentId ? { parentId } : {}), name, kind, status, attempts, attemptsMax };
  });
  peer.notify('graph.changed', { nodes });
};

Object.assign(window, { harness: { acts, change } });
