/** The timeline in a page of its own, with made-up graphs. `?graph=`, `?critical`, `?hits`, `?only=` and `?trials=` say what to show. */
import type { RunId } from '../../../src/model/ids';
import type { RunStatus } from '../../../src/model/runStatus';
import type { ModelNode } from '../../../webview/graph/graphModel';
import { OpenNodes } from '../../../webview/graph/openNodes';
import { Timeline } from '../../../webview/graph/timeline/timeline';
import { FrameLoop } from '../../../webview/shared/frameLoop';
import { ThemeWatch } from '../../../webview/shared/theme';
import { beginMs, type FakeGraph, live, pipeline, plan, sweep } from './fakeGraph';

const query = new URLSearchParams(location.search);
const graph = query.get('graph') ?? 'pipeline';
const loadedAtMs = Date.now();
const nowS: Readonly<Record<string, number>> = { live: 185, sweep: 16_000 };
const nowMs = (): number => beginMs + (nowS[graph] ?? 400) * 1000 + Date.now() - loadedAtMs;
const graphs: Readonly<Record<string, () => FakeGraph>> = {
  pipeline,
  live,
  plan: () => plan(true),
  unlimited: () => plan(false),
  sweep: () => sweep(Number(query.get('trials') ?? 10_000)),
};
const model = (graphs[graph] ?? pipeline)().model(nowMs());
const open = new OpenNodes({ opened: query.getAll('open'), closed: query.getAll('closed') });
let selected: ModelNode | undefined = model.find((query.get('selected') ?? '') as RunId);
const said: string[] = [];

const timeline = new Timeline({
  frames: new FrameLoop(),
  theme: new ThemeWatch(),
  onSelect: (node) => {
    said.push(`select ${node.path}`);
    selected = node;
    show();
  },
  onOpen: (node) => said.push(`open ${node.path}`),
  onToggle: (node) => {
    said.push(`toggle ${node.path}`);
    open.set(node, !open.isOpen(node));
    show();
  },
});

function show(): void {
  timeline.show({
    model,
    open,
    selected,
    isCriticalShown: query.has('critical'),
    statuses: query.getAll('only') as RunStatus[],
    hits: new Set(query.getAll('hit') as RunId[]),
    nowMs,
    isPlan: graph === 'plan' || graph === 'unlimited',
  });
}

document.querySelector('main')?.append(timeline.element);
show();
timeline.mount();
Object.assign(window, { harness: { timeline, model, said, nowMs } });
