/** `sidelab show RUN`: what is known of one run. */
import type { Artifact } from '../model/artifact';
import { describeAlgorithm } from '../model/algorithmUse';
import { describeCode } from '../model/code';
import { describeStatus, elapsedMs } from '../model/describeRun';
import { listEnvironmentChanges } from '../model/environmentChanges';
import { formatDuration } from '../model/duration';
import { formatValue } from '../model/metricValue';
import type { RunDetail, RunEvent } from '../model/run';
import { type MetricSummary, summaryColumn } from '../model/series';
import type { CommandContext } from './context';
import { exitCodes } from './exitCodes';
import { formatTable } from './plainText';

const shownEvents = 10;
const shownArtifacts = 1000;

export async function showCommand(
  { source, terminal, nowMs }: CommandContext,
  reference: string,
  options: { readonly json?: boolean },
): Promise<number> {
  const detail = await source.run(reference);
  const [metrics, { events }, { artifacts }] = await Promise.all([
    source.metrics(detail.run.id),
    source.events(detail.run.id, shownEvents),
    source.artifacts(detail.run.id, shownArtifacts),
  ]);
  if (options.json) {
    const values = metrics.map(({ metric, count, values: v }) => ({
      metric,
      count,
      // JSON has no NaN: it becomes null.
      ...Object.fromEntries(Object.entries(summaryColumn).map(([name, at]) => [name, v[at]])),
    }));
    terminal.print(JSON.stringify({ ...detail, metrics: values, events, artifacts }, null, 2));
  } else {
    terminal.print(describeDetail(detail, metrics, events, artifacts, nowMs()));
  }
  return exitCodes.done;
}

/** Each once, whichever attempts have named it. */
function describeArtifacts(artifacts: readonly Artifact[]): string | undefined {
  const each = new Set(artifacts.map(({ path, category }) => `${path} (${category})`));
  const [shown, others] = [[...each].slice(0, 10), each.size - 10];
  return shown.length === 0 ? undefined : shown.join(', ') + (others > 0 ? ` and ${others} more` : '');
}

function describeDetail(
  detail: RunDetail,
  metrics: readonly MetricSummary[],
  events: readonly RunEvent[],
  artifacts: readonly Artifact[],
  nowMs: number,
): string {
  const { run } = detail;
  const tookMs = elapsedMs(run, nowMs);
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['run', `${run.experiment}/${run.name}`],
    ['id', run.id],
    ['status', `${describeStatus(run, nowMs)} · since ${formatDuration(nowMs - run.statusAtMs)}`],
    ['took', tookMs === undefined ? undefined : formatDuration(tookMs)],
    ['progress', run.progress && `${run.progress.done} of ${run.progress.total}`],
    ['description', detail.description],
    ['tags', run.tags.join(', ') || undefined],
    ['pinned', run.pinned ? 'yes' : undefined],
    ['note', run.note],
    ['algorithm', run.algorithm && describeAlgorithm(run.algorithm)],
    ['parameters', detail.parametersJson === '{}' ? undefined : detail.parametersJson],
    ['metadata', detail.metadataJson === '{}' ? undefined : detail.metadataJson],
    ['artifacts', describeArtifacts(artifacts)],
    ['command', detail.command.join(' ')],
    ['cwd', detail.cwd],
    ['outputs', detail.outputs],
    ['run file', run.runFilePath],
    ['code', detail.code && describeCode(detail.code)],
    ['snapshot', detail.code?.snapshotFolder],
    ['patch', detail.code?.patchFile],
    ...detail.attempts.map(
      (attempt) =>
        [
          `attempt ${attempt.number}`,
          [
            attempt.reason ?? 'under way',
            attempt.detail,
            attempt.exitCode === undefined ? undefined : `exit code ${attempt.exitCode}`,
            `${attempt.executor} on ${attempt.host}`,
            attempt.pid === undefined ? undefined : `pid ${attempt.pid}`,
            attempt.folder,
            attempt.environmentChanges && `environment: ${listEnvironmentChanges(attempt.environmentChanges, 20)}`,
          ]
            .filter((part) => part !== undefined)
            .join(' · '),
        ] as const,
    ),
  ];
  const known = facts.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  const sections = [formatTable(known)];
  if (metrics.length > 0) {
    const value = (summary: MetricSummary, at: number): string => formatValue(summary.values[at] ?? NaN);
    const rows = metrics.map((summary) => [
      summary.metric,
      value(summary, summaryColumn.lastValue),
      value(summary, summaryColumn.min),
      value(summary, summaryColumn.max),
      String(summary.count),
    ]);
    sections.push(formatTable([['METRIC', 'LAST', 'MIN', 'MAX', 'POINTS'], ...rows]));
  }
  if (events.length > 0) {
    const rows = [...events]
      .reverse()
      .map(({ timeMs, level, message }) => [new Date(timeMs).toISOString(), level, message]);
    sections.push(formatTable([['TIME', 'LEVEL', 'EVENT'], ...rows]));
  }
  return sections.join('\n\n');
}
