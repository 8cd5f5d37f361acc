/**
 * Tells that runs have ended. Which window tells of which end, the engine decides; whether it is worth a message, the settings. Ends
 * that come together make one message, and so do those that came while no window was open.
 */
import { commands, l10n, window, workspace } from 'vscode';
import { type Clock, Coalescer } from '../../base/clock';
import { type Disposable, DisposableStore } from '../../base/lifecycle';
import type { EngineSource, ToldEnds } from '../../core/sources/engine/engineSource';
import type { Run } from '../../model/run';
import {
  countEnds,
  describeDigest,
  describeEnd,
  describeEnds,
  type EndCounts,
  type EndReason,
  isBadEnd,
  reasonToTell,
} from '../../model/runEnds';
import type { RunId } from '../../model/ids';
import type { FailureToast } from '../failureToast';
import { commandIds, settingKeys } from '../ids';
import type { Settings } from '../settings';
import { pickEndedRun } from './pickEndedRun';
import { doNotShowAgain, turnOff } from './turnOff';

export interface RunEndNoticesParts {
  readonly source: EngineSource;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly failures: FailureToast;
  /** Somebody looks at the run: its panel or its graph is seen. */
  readonly isWatched: (runId: RunId) => boolean;
}

/** After a quiet time the first end waits so long for others, */
const companyMs = 400;
/** and a message comes at most so often. */
const paceMs = 10_000;

/** The setting that each reason has. */
const settingOf: Readonly<Record<EndReason, string>> = {
  failed: settingKeys.notifyFailed,
  pinned: settingKeys.notifyPinned,
  long: settingKeys.notifyAfter,
};

export class RunEndNotices implements Disposable {
  readonly #owned = new DisposableStore();
  readonly #parts: RunEndNoticesParts;
  readonly #openedAtMs: number;
  readonly #soon: Coalescer;
  /** Told by the engine, and shown with the next message. */
  #waiting: ToldEnds[] = [];

  constructor(parts: RunEndNoticesParts) {
    this.#parts = parts;
    this.#openedAtMs = parts.clock.nowMs();
    this.#soon = this.#owned.own(new Coalescer(parts.clock, paceMs, () => this.#show(), companyMs));
  }

  start(): void {
    const { source } = this.#parts;
    this.#owned.own(
      source.onDidTellEnds((told) => {
        // An engine that was started again meanwhile tells anew what it knows nothing of.
        const isSaidAgain = (run: Run): boolean => told.ended.some(({ id }) => id === run.id);
        this.#waiting = [...this.#waiting.filter((before) => !before.ended.every(isSaidAgain)), told];
        this.#soon.trigger();
      }),
    );
    this.#owned.own(window.onDidChangeWindowState(({ focused }) => source.watchEnds(focused)));
    source.watchEnds(window.state.focused);
  }

  #show(): void {
    const told = this.#waiting;
    this.#waiting = [];
    const ended = told.flatMap((each) => each.ended);
    const before = ended.filter((run) => run.statusAtMs < this.#openedAtMs);
    const now = ended.filter((run) => run.statusAtMs >= this.#openedAtMs);
    this.#showEnds(now);
    if (before.length > 0) this.#showDigest(before, without(sum(told.map(({ counts }) => counts)), countEnds(now)));
    for (const each of told) this.#parts.source.acknowledgeEnds(each);
  }

  #showEnds(ended: readonly Run[]): void {
    const { settings, isWatched } = this.#parts;
    const reasons = new Set<EndReason>();
    const worth = ended.filter((run) => {
      const reason = reasonToTell(run, settings.endWishes);
      // What has failed is said all the same: something is to be done.
      if (reason === undefined || (!isBadEnd(run) && window.state.focused && isWatched(run.id))) return false;
      reasons.add(reason);
      return true;
    });
    const [only] = worth;
    if (!only) return;
    const message = worth.length === 1 ? describeEnd(only) : describeEnds(worth);
    const off = Array.from(reasons, (reason) => settingOf[reason]);
    this.#say(message, worth.some(isBadEnd) ? 'error' : 'information', worth, off);
  }

  #showDigest(ended: readonly Run[], counts: EndCounts): void {
    if (!this.#parts.settings.tellsDigest) return;
    const level = ended.some(isBadEnd) ? 'warning' : 'information';
    this.#say(describeDigest(counts, ended), level, ended, [settingKeys.notifyDigest]);
  }

  #say(
    message: string,
    level: 'error' | 'warning' | 'information',
    runs: readonly Run[],
    off: readonly string[],
  ): void {
    const bad = runs.filter(isBadEnd);
    const acts = new Map<string, () => Promise<unknown>>();
    const [only] = runs;
    const one = runs.length === 1 && only ? only : undefined;
    if (one) {
      if (isBadEnd(one))
        acts.set(l10n.t('Explain'), async () => commands.executeCommand(commandIds.explainFailure, one.id));
      acts.set(l10n.t('Open'), async () => commands.executeCommand(commandIds.openRun, one.id));
      acts.set(l10n.t('Output'), async () => commands.executeCommand(commandIds.showLog, one.id));
    } else {
      acts.set(l10n.t('Open…'), async () => this.#pick(runs, commandIds.openRun));
      acts.set(l10n.t('Output…'), async () => this.#pick(runs, commandIds.showLog));
    }
    // Blocked in the command as well.
    if (bad.length > 0 && workspace.isTrusted)
      acts.set(one ? l10n.t('Retry') : l10n.t('Retry Failed'), async () => retry(bad));
    acts.set(doNotShowAgain, async () => turnOff(off));
    const show = {
      error: window.showErrorMessage,
      warning: window.showWarningMessage,
      information: window.showInformationMessage,
    }[level];
    void show(message, ...acts.keys()).then((chosen) => {
      const act = chosen === undefined ? undefined : acts.get(chosen);
      if (act) void this.#parts.failures.guard('do what the message offered', act);
    });
  }

  async #pick(runs: readonly Run[], command: string): Promise<void> {
    const run = await pickEndedRun(runs);
    if (run) await commands.executeCommand(command, run.id);
  }

  dispose(): void {
    this.#owned.dispose();
  }
}

/** One after another: each may ask something. */
async function retry(runs: readonly Run[]): Promise<void> {
  for (const { id } of runs) await commands.executeCommand(commandIds.retryRun, id);
}

const sum = (all: readonly EndCounts[]): EndCounts => {
  const of = (status: keyof EndCounts): number => all.reduce((total, counts) => total + (counts[status] ?? 0), 0);
  return { completed: of('completed'), failed: of('failed'), lost: of('lost') };
};

const without = (all: EndCounts, some: EndCounts): EndCounts => {
  const of = (status: keyof EndCounts): number => (all[status] ?? 0) - (some[status] ?? 0);
  return { completed: of('completed'), failed: of('failed'), lost: of('lost') };
};
