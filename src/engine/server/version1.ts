/**
 * A client that speaks version 1: a window that was open before an update took the engine over. It knows no runs made of
 * runs, so it is shown each as one run, without what it is made of.
 */
import type { MessageReader, MessageWriter } from 'vscode-jsonrpc';
import { Failure } from '../../base/failure';
import type { Log } from '../../base/log';
import type { Run } from '../../model/run';
import { type SeriesWindow, summaryLength1 } from '../../model/series';
import type { EngineContract } from '../../protocol/engine';
import { engineContract1, type EngineContract1 } from '../../protocol/engineVersion1';
import { type Handlers, ServerPeer } from '../../protocol/peer';
import type { Told } from './session';

export function serveVersion1(
  reader: MessageReader,
  writer: MessageWriter,
  handlers: Handlers<EngineContract>,
  log: Log,
): Told {
  const peer = new ServerPeer(engineContract1, reader, writer, translate(handlers), log);
  return {
    notify: (name, notice) => {
      // A task of a graph would stand among the runs that are no part of another.
      if ('runs' in notice) {
        // Nor does it know that runs go away.
        const { experiments } = notice;
        const runs = notice.runs.filter(({ parentId }) => parentId === undefined).map(asPlain);
        if (runs.length > 0) peer.notify('runs.changed', { experiments, runs });
      } else peer.notify(name, notice);
    },
    onDidClose: peer.onDidClose,
    dispose: () => peer.dispose(),
  };
}

function translate(handlers: Handlers<EngineContract>): Handlers<EngineContract1> {
  return {
    ...handlers,
    'engine.hello': async (...asked) => ({ ...(await handlers['engine.hello'](...asked)), protocol: 1 }),
    'series.list': async (...asked) => {
      const { summaries } = await handlers['series.list'](...asked);
      return { summaries: summaries.map((all) => ({ ...all, values: all.values.slice(0, summaryLength1) })) };
    },
    'series.query': async (query, signal) => {
      const { windows } = await handlers['series.query'](query, signal);
      return { windows: windows.map((window) => ({ ...inOneRow(window), axis: query.axis })) };
    },
    'runs.list': async (...asked) => {
      const { runs, more } = await handlers['runs.list'](...asked);
      return { runs: runs.map(asPlain), more };
    },
    'runs.get': async (...asked) => {
      const detail = await handlers['runs.get'](...asked);
      return { ...detail, run: asPlain(detail.run) };
    },
    'runs.submit': async (...asked) => asPlain(await handlers['runs.submit'](...asked)),
    'runs.cancel': async (...asked) => asPlain(await handlers['runs.cancel'](...asked)),
    'runs.retry': async (wish, signal) => {
      const { run } = await handlers['runs.get']({ run: wish.runId }, signal);
      // It gives one environment, and a task may have had one of its own, a conda environment for example.
      if ((run.kind ?? 'single') !== 'single') {
        throw new Failure('Incompatible', `${run.name} is made of runs, which this window is too old to try again.`, {
          hint: 'Reload the window, so that the editor and the engine are of one version.',
        });
      }
      return asPlain(await handlers['runs.retry'](wish, signal));
    },
  };
}

/** It draws entries in their order, and takes x to ascend from the first to the last, whatever attempt they are of. */
function inOneRow(window: SeriesWindow): SeriesWindow {
  const order = Array.from(window.firstX.keys());
  order.sort((a, b) => (window.firstX[a] ?? 0) - (window.firstX[b] ?? 0) || a - b);
  const sorted = (column: Float64Array): Float64Array => Float64Array.from(order, (index) => column[index] ?? NaN);
  return {
    ...window,
    firstX: sorted(window.firstX),
    first: sorted(window.first),
    minX: sorted(window.minX),
    min: sorted(window.min),
    maxX: sorted(window.maxX),
    max: sorted(window.max),
    lastX: sorted(window.lastX),
    last: sorted(window.last),
    mean: sorted(window.mean),
    count: sorted(window.count),
    attempt: sorted(window.attempt),
  };
}

/** A run without what came after version 1. */
function asPlain(run: Run): Run {
  const { kind: _kind, parentId: _parent, task: _task, children: _children, best: _best, ...plain } = run;
  delete plain.trialJson;
  delete plain.note;
  delete plain.pinned;
  return plain;
}
