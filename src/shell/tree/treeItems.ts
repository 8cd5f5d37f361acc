/** How VS Code draws a row. Ages are coarse here (a row is redrawn once a minute); tooltips are made when asked for. */
import { type Command, MarkdownString, ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState } from 'vscode';
import { describeFailure } from '../../base/failure';
import type { Run } from '../../model/run';
import type { RunStatus } from '../../model/runStatus';
import { commandIds, rowFlags } from '../ids';
import { attemptFacts, describeAttempt, statusOfAttempt } from './attemptRow';
import type { FailureNode } from './nodes';
import {
  AttemptNode,
  GroupNode,
  MetricNode,
  ParameterNode,
  RunNode,
  SectionNode,
  ShowMoreNode,
  SourceNode,
  type TreeNode,
} from './nodes';
import { describeMetric, metricFacts } from './metricRow';
import { markOf } from './endMarks';
import { describeGroup, groupIcon, groupName, isDeletableGroup } from './groupRow';
import { describeRunRow, iconOf, runAccessibleLabel, runFacts, runFlags, statusIcons } from './runRow';

const { None, Collapsed, Expanded } = TreeItemCollapsibleState;

/** `isUnseen`: nobody has seen that the run has ended. */
export function treeItemOf(node: TreeNode, nowMs: number, isUnseen: (run: Run) => boolean): TreeItem {
  const item = itemOf(node, nowMs);
  if (node instanceof RunNode && isUnseen(node.run)) {
    item.resourceUri = markOf(node.run);
    item.accessibilityInformation = { label: `${runAccessibleLabel(node.run, nowMs)}, ended since you last looked` };
  }
  item.id = node.id;
  return item;
}

function itemOf(node: TreeNode, nowMs: number): TreeItem {
  if (node instanceof RunNode) return runItem(node, nowMs);
  if (node instanceof AttemptNode) return attemptItem(node, nowMs);
  if (node instanceof GroupNode) return groupItem(node, nowMs);
  if (node instanceof SectionNode) return sectionItem(node);
  if (node instanceof MetricNode) return metricItem(node);
  if (node instanceof ParameterNode) return parameterItem(node);
  if (node instanceof SourceNode) return sourceItem(node);
  if (node instanceof ShowMoreNode) return showMoreItem(node);
  return failureItem(node);
}

function runItem(node: RunNode, nowMs: number): TreeItem {
  const { run, source } = node;
  const item = new TreeItem(run.name, Collapsed);
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

function groupItem(node: GroupNode, nowMs: number): TreeItem {
  const { group, by, startsExpanded, source } = node;
  const name = groupName(by, group, nowMs);
  const item = new TreeItem(name, startsExpanded ? Expanded : Collapsed);
  item.iconPath = themeIcon(groupIcon(by, group));
  item.description = describeGroup(group, by);
  const isExperiment = by === 'experiment';
  const isDeletable = isExperiment && source.capabilities.delete && isDeletableGroup(group);
  item.contextValue = `${isExperiment ? rowFlags.experiment : rowFlags.group};${isDeletable ? `${rowFlags.deletable};` : ''}`;
  item.accessibilityInformation = { label: `${isExperiment ? 'Experiment ' : 'Group '}${name}, ${item.description}` };
  // Where its runs are from is told whole here.
  item.tooltip = by === 'folder' || by === 'workspace' ? `${name}: ${group.key}` : name;
  return item;
}

function sourceItem({ source }: SourceNode): TreeItem {
  const item = new TreeItem(source.label, Expanded);
  item.iconPath = new ThemeIcon('server-environment');
  item.contextValue = `${rowFlags.source};`;
  return item;
}

function sectionItem({ kind, count, parent }: SectionNode): TreeItem {
  const isMetrics = kind === 'metrics';
  const item = new TreeItem(isMetrics ? 'Metrics' : 'Parameters', isMetrics ? Expanded : Collapsed);
  item.iconPath = new ThemeIcon(isMetrics ? 'graph-line' : 'settings');
  item.description = count.toLocaleString('en');
  item.contextValue = `${rowFlags.section};`;
  item.accessibilityInformation = { label: `${item.description} ${kind} of run ${parent.run.name}` };
  return item;
}

function metricItem({ metric, parent }: MetricNode): TreeItem {
  const item = new TreeItem(metric.name, None);
  item.description = describeMetric(metric);
  item.tooltip = factsTooltip(metric.name, metricFacts(metric));
  item.contextValue = `${rowFlags.metric};`;
  item.accessibilityInformation = {
    label: `Metric ${metric.name} of run ${parent.parent.run.name}, ${item.description}`,
  };
  item.command = openRow('Open Run');
  return item;
}

function parameterItem({ path, value, parent }: ParameterNode): TreeItem {
  const item = new TreeItem(path, None);
  item.description = value;
  item.tooltip = factsTooltip(path, [['', value]]);
  item.contextValue = `${rowFlags.parameter};`;
  item.accessibilityInformation = { label: `Parameter ${path} of run ${parent.parent.run.name}, ${value}` };
  return item;
}

function showMoreItem({ parent, shownCount, totalCount }: ShowMoreNode): TreeItem {
  const item = new TreeItem('Show More…', None);
  item.description = `${shownCount.toLocaleString('en')} of ${totalCount.toLocaleString('en')}`;
  item.contextValue = `${rowFlags.showMore};`;
  item.accessibilityInformation = { label: `Show more ${whatOf(parent)}, ${item.description} are shown` };
  item.command = openRow('Show More');
  return item;
}

function whatOf(parent: ShowMoreNode['parent']): string {
  if (!parent) return 'groups';
  if (parent instanceof SectionNode) return `${parent.kind} of ${parent.parent.run.name}`;
  return `runs of ${parent instanceof RunNode ? parent.run.name : parent.group.label || 'the list'}`;
}

function failureItem({ source, failure }: FailureNode): TreeItem {
  const says = failure.code === 'Incompatible' ? 'cannot show this' : 'does not answer';
  const item = new TreeItem(`${source.label} ${says}`, None);
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
