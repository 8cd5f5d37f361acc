/** What Sidelab takes and how fast it answers, as Markdown: for a bug report. No names of runs, no values, and no path but the home's. */
import type { HomeSizes } from '../../core/home/measureHome';
import type { CallTime } from '../../core/sources/engine/callTimes';
import { formatBytes } from '../../model/byteSize';
import { formatDuration } from '../../model/duration';
import type { EnginePerformance } from '../../protocol/engine';

export interface WindowPerformance {
  readonly version: string;
  /** "Code 1.125.0 on linux x64, Node 24.2.0, remote: ssh-remote". */
  readonly editor: string;
  /** From the call of `activate` to its return. */
  readonly activationMs: number;
  /** Of the whole extension host, which other extensions share. */
  readonly hostBytes: number;
  readonly connection: string;
  readonly calls: readonly CallTime[];
}

export interface PerformanceFacts {
  readonly window: WindowPerformance;
  /** Why nothing is known of it, where nothing is. */
  readonly engine: EnginePerformance | string;
  readonly home: HomeSizes;
}

export function performanceText({ window, engine, home }: PerformanceFacts): string {
  return [
    '# Sidelab: performance',
    '',
    'Nothing of this is sent anywhere. It names no run and holds no value of one.',
    '',
    '## This window',
    '',
    ...list([
      ['Sidelab', window.version],
      ['Editor', window.editor],
      ['Activation', formatMs(window.activationMs)],
      ['Memory of the extension host, which all extensions share', formatBytes(window.hostBytes)],
      ['Connection', window.connection],
    ]),
    '',
    '## The engine',
    '',
    ...(typeof engine === 'string' ? [engine] : list(engineFacts(engine))),
    '',
    '## On the disk',
    '',
    ...list([
      ...home.parts.map(({ what, sizeBytes }) => [upperFirst(what), formatBytes(sizeBytes)] as const),
      [home.isPartial ? 'In all, at least' : 'In all', formatBytes(home.totalBytes)],
    ]),
    '',
    '## How long the engine took to answer this window',
    '',
    ...(window.calls.length === 0 ? ['It was not asked yet.'] : callTable(window.calls)),
    '',
  ].join('\n');
}

function engineFacts(engine: EnginePerformance): (readonly [string, string])[] {
  const { counts, queue } = engine;
  return [
    ['Version', `${engine.version}, Node ${engine.node}`],
    [
      'Process',
      `${engine.pid}, up ${formatDuration(engine.uptimeMs)}, ${formatDuration(engine.cpuMs)} of processor time`,
    ],
    ['Memory', `${formatBytes(engine.rssBytes)}, of which ${formatBytes(engine.heapBytes)} heap`],
    ['Clients', String(engine.clients)],
    ['Queue', `${queue.running} running, ${queue.waiting} waiting${queue.isPaused ? ', paused' : ''}`],
    ...Object.entries(counts).map(([what, count]) => [upperFirst(what), count.toLocaleString('en')] as const),
  ];
}

const list = (facts: readonly (readonly [string, string])[]): string[] =>
  facts.map(([name, value]) => `- ${name}: ${value}`);

function callTable(calls: readonly CallTime[]): string[] {
  return [
    '| request | calls | mean | 95 % | longest |',
    '| --- | ---: | ---: | ---: | ---: |',
    ...calls.map(({ name, count, meanMs, p95Ms, maxMs }) => {
      const times = [meanMs, p95Ms, maxMs].map(formatMs).join(' | ');
      return `| ${name} | ${count.toLocaleString('en')} | ${times} |`;
    }),
  ];
}

const formatMs = (ms: number): string => `${ms < 10 ? ms.toFixed(1) : Math.round(ms).toLocaleString('en')} ms`;
const upperFirst = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
