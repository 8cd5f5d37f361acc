/** How VS Code draws a row. Ages are coarse here (a row is redrawn once a minute); tooltips are made when asked for. */
import { type Command, MarkdownString, ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState } from 'vscode';
import { describeFailure } from '../../base/failure';
import type { RunStatus } from '../../model/runStatus';
import { commandIds, rowFlags } from '../ids';
import { attemptFacts, describeAttempt, statusOfAttempt } from './attemptRow';
import type { FailureNode } from './nodes';
import { AttemptNode, ExperimentNode, RunNode, ShowMoreNode, SourceNode, type TreeNode } from './nodes';
import {
  describeExperiment,
  describeRunRow,
  iconOf,
  runAccessibleLabel,
  runFacts,
  runFlags,
  statusIcons,
} from './runRow';

const { None, Collapsed, Expanded } = TreeItemCollapsibleState;

export function treeItemOf(node: TreeNode, nowMs: number): TreeItem {
  const item = itemOf(node, nowMs);
  item.id = node.id;
  return item;
}

function itemOf(node: TreeNode, nowMs: number): TreeItem {
  if (node instanceof RunNode) return runItem(node, nowMs);
  if (node instanceof AttemptNode) return attemptItem(node, nowMs);
  if (node instanceof ExperimentNode) return experimentItem(node);
  if (node instanceof SourceNode) return sourceItem(node);
  if (node instanceof ShowMoreNode) return showMoreItem(node);
  return failureItem(node);
}

function runItem(node: RunNode, nowMs: number): TreeItem {
  const { run, source } = node;
  const item = new TreeItem(run.name, node.hasAttemptRows || node.hasRunRows ? Collapsed : None);
  item.iconPath = themeIcon(iconOf(run));
  item.description = describeRunRow(run, nowMs);
  item.contextValue = runFlags(run, source.capabilities);
  item.accessibilityInformation = { label: runAccessibleLabel(run, nowMs) };
  item.command = openRow('Open Run');
  return item;
}

function attemptItem(node: AttemptNode, nowMs: number): TreeItem {
  const { attempt, parent, source } = node;
  const item = new TreeItem(`Attempt ${attempt.number}`, None);
  item.iconPath = statusIcon(statusOfAttempt(attempt));
  item.description = describeAttempt(attempt, nowMs);
  item.contextValue = [rowFlags.attempt, ...(source.capabilities.output ? [rowFlags.hasLog] : [])]
    .map((flag) => `${flag};`)
    .join('');
  item.accessibilityInformation = {
    label: `Attempt ${attempt.number} of run ${parent.run.name}, ${item.description}`,
  };
  item.command = openRow('Show Log');
  return item;
}

/**
 * What a click does. Without arguments: VS Code keeps a command's arguments only until the row is drawn anew, and drops a
 * click that comes before the new row has arrived ("Actual command not found"). What is opened is the selected row.
 */
const openRow = (title: string): Command => ({ command: commandIds.openRow, title });

const statusIcon = (status: RunStatus): ThemeIcon => themeIcon(statusIcons[status]);

function themeIcon({ icon, color }: ReturnType<typeof iconOf>): ThemeIcon {
  return new ThemeIcon(icon, color === undefined ? undefined : new ThemeColor(color));
}

function experimentItem(node: ExperimentNode): TreeItem {
  const { experiment, startsExpanded, source } = node;
  const state = startsExpanded ? Expanded : Collapsed;
  const item = new TreeItem(experiment.name, state);
  item.iconPath = new ThemeIcon('beaker');
  item.description = describeExperiment(experiment);
  const isDeletable = source.capabilities.delete && experiment.activeCount === 0;
  item.contextValue = `${rowFlags.experiment};${isDeletable ? `${rowFlags.deletable};` : ''}`;
  item.accessibilityInformation = { label: `Experiment ${experiment.name}, ${item.description}` };
  return item;
}

function sourceItem({ source }: SourceNode): TreeItem {
  const item = new TreeItem(source.label, Expanded);
  item.iconPath = new ThemeIcon('server-environment');
  item.contextValue = `${rowFlags.source};`;
  return item;
}

function showMoreItem(node: ShowMoreNode): TreeItem {
  const { parent } = node;
  const { name, total } = parent instanceof RunNode ? partsOf(parent) : experimentPartsOf(parent);
  const item = new TreeItem('Show More…', None);
  item.description = `${parent.pages.holders.length.toLocaleString('en')} of ${total.toLocaleString('en')}`;
  item.contextValue = `${rowFlags.showMore};`;
  item.accessibilityInformation = { label: `Show more runs of ${name}, ${item.description} are shown` };
  item.command = openRow('Show More');
  return item;
}

interface Parts {
  readonly name: string;
  readonly total: number;
}

function partsOf({ run }: RunNode): Parts {
  return { name: run.name, total: Object.values(run.children ?? {}).reduce((sum, count) => sum + count, 0) };
}

function experimentPartsOf({ experiment }: ExperimentNode): Parts {
  return { name: experiment.name, total: experiment.runCount };
}

function failureItem({ source, failure }: FailureNode): TreeItem {
  const item = new TreeItem(`${source.label} does not answer`, None);
  item.iconPath = new ThemeIcon('warning', new ThemeColor('list.warningForeground'));
  item.description = failure.message;
  item.tooltip = describeFailure(failure);
  item.contextValue = `${rowFlags.failure};`;
  return item;
}

export const runTooltip = ({ run }: RunNode, nowMs: number): MarkdownString =>
  factsTooltip(run.name, runFacts(run, nowMs));

export const attemptTooltip = ({ attempt }: AttemptNode, nowMs: number): MarkdownString =>
  factsTooltip(`Attempt ${attempt.number}`, attemptFacts(attempt, nowMs));

/** Every value is text: names, tags and paths come from run files and programs. */
function factsTooltip(title: string, facts: readonly (readonly [name: string, value: string])[]): MarkdownString {
  const text = new MarkdownString().appendMarkdown('**').appendText(title).appendMarkdown('**  \n');
  for (const [name, value] of facts) {
    if (name !== '') text.appendMarkdown(`${name}: `);
    text.appendText(value).appendMarkdown('  \n');
  }
  return text;
}
