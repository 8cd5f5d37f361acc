/**
 * One item in the status bar: how many runs are active, and whether the queue is paused. Hidden when there is nothing to
 * say; a click shows the Experiments view.
 */
import { l10n, MarkdownString, type StatusBarItem } from 'vscode';
import { type Disposable, DisposableStore } from '../base/lifecycle';
import { describeRunsEnd } from '../model/runsEnd';
import { type ActiveRuns, describeActive, type SourceRun } from './activeRuns';
import { focusExperimentsCommand } from './ids';
import type { QueueState } from './queueState';

/** A tooltip is for a glance. */
const listedRuns = 10;

export class StatusBar implements Disposable {
  readonly #owned = new DisposableStore();
  readonly #active: ActiveRuns;
  readonly #queue: QueueState;
  readonly #item: StatusBarItem;

  constructor(active: ActiveRuns, queue: QueueState, item: StatusBarItem) {
    this.#active = active;
    this.#queue = queue;
    this.#item = this.#owned.own(item);
  }

  start(): void {
    this.#item.name = l10n.t('Sidelab Runs');
    this.#item.command = focusExperimentsCommand;
    this.#owned.own(this.#active.onDidChange(() => this.#show()));
    this.#owned.own(this.#queue.onDidChange(() => this.#show()));
    this.#show();
  }

  #show(): void {
    const runs = this.#active.list;
    const { isPaused } = this.#queue;
    if (runs.length === 0 && !isPaused) return this.#item.hide();
    const text = [describeActive(runs), isPaused ? l10n.t('queue paused') : '']
      .filter((part) => part !== '')
      .join(', ');
    this.#item.text = `$(${isPaused ? 'debug-pause' : 'beaker'}) ${text}`;
    this.#item.tooltip = tooltipOf(runs);
    this.#item.accessibilityInformation = { label: `Sidelab: ${text}`, role: 'button' };
    this.#item.show();
  }

  dispose(): void {
    this.#owned.dispose();
  }
}

function tooltipOf(runs: readonly SourceRun[]): MarkdownString {
  const text = new MarkdownString();
  for (const { run } of runs.slice(0, listedRuns)) {
    text.appendText(`${run.name} · ${run.experiment} · ${run.status}`).appendMarkdown('  \n');
  }
  if (runs.length > listedRuns) text.appendText(l10n.t('and {0} more', runs.length - listedRuns));
  for (const source of new Set(runs.map((active) => active.source))) {
    if (source.runsEnd) text.appendMarkdown('\n\n').appendText(describeRunsEnd(source.runsEnd));
  }
  return text;
}
