/**
 * Retry Run, Resume Run and Retry From Here: another attempt of runs that have ended. They differ in the checkpoints that
 * the attempt finds, and in whether what comes after a task in its graph is tried again with it.
 */
import { l10n, Uri, window } from 'vscode';
import { Failure } from '../../base/failure';
import { retryEnvironment } from '../../core/runs/retryEnvironment';
import { knownSecrets } from '../../core/secrets/knownSecrets';
import { neededSecrets } from '../../core/secrets/neededSecrets';
import { describeEnvironmentChanges, type EnvironmentChanges } from '../../model/environmentChanges';
import { mayResume, mayRetry, mayRetryOnward } from '../../model/tryAgain';
import type { SourceRun } from '../activeRuns';
import type { ChannelLog } from '../log';
import type { StoredSecrets } from '../secrets/storedSecrets';
import { findSelectedPython } from '../selectedPython';
import { requireTrust } from '../trust';
import type { RunTargets } from './runTargets';

export interface RetryParts {
  readonly targets: RunTargets;
  readonly secrets: StoredSecrets;
  readonly log: ChannelLog;
}

export type RetryKind = 'retry' | 'resume' | 'onward';

const words = {
  retry: {
    title: l10n.t('Retry Runs'),
    may: mayRetry,
    request: { checkpoints: 'empty', scope: 'one' },
    cannot: (source: string) => l10n.t('{0} cannot retry runs.', source),
    none: (count: number) => l10n.t('None of these {0} runs was retried: they have not ended.', count),
    some: (count: number, all: number) => l10n.t('{0} of {1} runs were not retried: they have not ended.', count, all),
    active: (name: string, status: string) =>
      l10n.t({
        message: 'The run "{0}" is {1}: it cannot be retried before it has ended.',
        args: [name, status],
        comment: '{1} is a status, such as "running"',
      }),
    never: l10n.t('No run has ended yet.'),
  },
  resume: {
    title: l10n.t('Resume Runs'),
    may: mayResume,
    request: { checkpoints: 'kept', scope: 'one' },
    cannot: (source: string) => l10n.t('{0} cannot resume runs.', source),
    none: (count: number) =>
      l10n.t('None of these {0} runs was resumed: they have not ended, or never started.', count),
    some: (count: number, all: number) =>
      l10n.t('{0} of {1} runs were not resumed: they have not ended, or never started.', count, all),
    active: (name: string, status: string) =>
      l10n.t({
        message: 'The run "{0}" is {1}: it cannot be resumed before it has ended.',
        args: [name, status],
        comment: '{1} is a status, such as "running"',
      }),
    never: l10n.t('No started run has ended yet.'),
  },
  onward: {
    title: l10n.t('Retry From Task'),
    may: mayRetryOnward,
    request: { checkpoints: 'empty', scope: 'onward' },
    cannot: (source: string) => l10n.t('{0} cannot retry runs.', source),
    none: (count: number) => l10n.t('None of these {0} runs was retried: they have not ended, or are no tasks.', count),
    some: (count: number, all: number) =>
      l10n.t('{0} of {1} runs were not retried: they have not ended, or are no tasks.', count, all),
    active: (name: string, status: string) =>
      l10n.t({
        message: 'The run "{0}" is {1}: it cannot be retried before it has ended.',
        args: [name, status],
        comment: '{1} is a status, such as "running"',
      }),
    never: l10n.t('No task has ended yet.'),
  },
} as const satisfies Record<RetryKind, object>;

export async function retryRun(
  { targets, secrets: stored, log }: RetryParts,
  kind: RetryKind,
  argument: unknown,
  selected: unknown,
): Promise<void> {
  requireTrust();
  const { title, may, never, request } = words[kind];
  const isPossible = ({ source, run }: SourceRun): boolean => source.capabilities.retry && may(run);
  const pick = async (): Promise<readonly SourceRun[]> =>
    kind === 'onward' ? targets.pickTask(title, isPossible, never) : targets.pickRecent(title, isPossible, never);
  const wanted = (await targets.given(argument, selected)) ?? (await pick());
  const possible = wanted.filter(isPossible);
  const outcomes = await Promise.all(
    possible.map(async ({ source, run }) => {
      const { problem, ...environments } = await retryEnvironment(source, run, process.env, async () =>
        findSelectedPython(Uri.file(run.runFilePath ?? '')),
      );
      // What is not stored here, the engine may have of the attempt before; else it asks.
      const secrets = await knownSecrets(neededSecrets(environments), stored.find);
      const retried = await source.retry(run.id, { ...request, ...environments, secrets });
      return { problem, changes: retried.environmentChanges };
    }),
  );
  // Runs of the same file say the same.
  const problems = new Set(outcomes.map(({ problem }) => problem));
  for (const problem of problems) if (problem !== undefined) void window.showWarningMessage(problem);
  const differences = new Map(outcomes.flatMap(({ changes }) => (changes ? [[JSON.stringify(changes), changes]] : [])));
  for (const changes of differences.values()) showChanges(log, changes);
  if (possible.length < wanted.length) throw leftOut(kind, wanted, possible);
}

/** The first few names; the log has all of them. */
function showChanges(log: ChannelLog, changes: EnvironmentChanges): void {
  log.info(describeEnvironmentChanges(changes, Infinity));
  void window
    .showInformationMessage(describeEnvironmentChanges(changes, 3), l10n.t('Show All'))
    .then((chosen) => chosen && log.show());
}

/** Says why nothing was done, or that not all was. */
function leftOut(kind: RetryKind, wanted: readonly SourceRun[], possible: readonly SourceRun[]): Failure {
  const { cannot, none, some, active } = words[kind];
  const [only] = wanted;
  if (wanted.length > 1 || !only) {
    const count = wanted.length - possible.length;
    return new Failure('Conflict', possible.length === 0 ? none(count) : some(count, wanted.length));
  }
  const { name, status } = only.run;
  if (!only.source.capabilities.retry) {
    return new Failure('Conflict', cannot(only.source.label));
  }
  if (mayRetry(only.run) && kind === 'onward') {
    return new Failure('Conflict', l10n.t('The run "{0}" is no task: nothing comes after it.', name), {
      hint: l10n.t('Retry it instead.'),
    });
  }
  if (mayRetry(only.run)) {
    return new Failure('Conflict', l10n.t('The run "{0}" never started: there is nothing to resume.', name), {
      hint: l10n.t('Retry it instead.'),
    });
  }
  return new Failure('Conflict', active(name, status), {
    hint: l10n.t('Cancel it first, or wait for its end.'),
  });
}
