/** How VS Code draws a row. Ages are coarse here (a row is redrawn once a minute); tooltips are made when asked for. */
import { type Command, l10n, MarkdownString, ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState } from 'vscode';
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
    item.accessibilityInformation = {
      label: l10n.t('{0}, ended since you last looked', runAccessibleLabel(node.run, nowMs)),
    };
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
  item.command = openRow(l10n.t('Open Run'));
  return item;
}

function attemptItem(node: AttemptNode, nowMs: number): TreeItem {
  const { attempt, parent, source } = node;
  const item = new TreeItem(l10n.t('Attempt {0}', attempt.number), None);
  item.iconPath = statusIcon(statusOfAttempt(attempt));
  const description = describeAttempt(attempt, nowMs);
  item.description = description;
  item.contextValue = [rowFlags.attempt, ...(source.capabilities.output ? [rowFlags.hasLog] : [])]
    .map((flag) => `${flag};`)
    .join('');
  item.accessibilityInformation = {
    label: l10n.t('Attempt {0} of run {1}, {2}', attempt.number, parent.run.name, description),
  };
  item.command = openRow(l10n.t('Show Log'));
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
  const description = describeGroup(group, by);
  item.description = description;
  const isExperiment = by === 'experiment';
  const isDeletable = isExperiment && source.capabilities.delete && isDeletableGroup(group);
  item.contextValue = `${isExperiment ? rowFlags.experiment : rowFlags.group};${isDeletable ? `${rowFlags.deletable};` : ''}`;
  item.accessibilityInformation = {
    label: isExperiment
      ? l10n.t('Experiment {0}, {1}', name, description)
      : l10n.t('Group {0}, {1}', name, description),
  };
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
  const item = new TreeItem(isMetrics ? l10n.t('Metrics') : l10n.t('Parameters'), isMetrics ? Expanded : Collapsed);
  item.iconPath = new ThemeIcon(isMetrics ? 'graph-line' : 'settings');
  const number = count.toLocaleString('en');
  item.description = number;
  item.contextValue = `${rowFlags.section};`;
  item.accessibilityInformation = {
    label: isMetrics
      ? l10n.t('{0} metrics of run {1}', number, parent.run.name)
      : l10n.t('{0} parameters of run {1}', number, parent.run.name),
  };
  return item;
}

function metricItem({ metric, parent }: MetricNode): TreeItem {
  const item = new TreeItem(metric.name, None);
  const description = describeMetric(metric);
  item.description = description;
  item.tooltip = factsTooltip(metric.name, metricFacts(metric));
  item.contextValue = `${rowFlags.metric};`;
  item.accessibilityInformation = {
    label: l10n.t('Metric {0} of run {1}, {2}', metric.name, parent.parent.run.name, description),
  };
  item.command = openRow(l10n.t('Open Run'));
  return item;
}

function parameterItem({ path, value, parent }: ParameterNode): TreeItem {
  const item = new TreeItem(path, None);
  item.description = value;
  item.tooltip = factsTooltip(path, [['', value]]);
  item.contextValue = `${rowFlags.parameter};`;
  item.accessibilityInformation = {
    label: l10n.t('Parameter {0} of run {1}, {2}', path, parent.parent.run.name, value),
  };
  return item;
}

function showMoreItem({ parent, shownCount, totalCount }: ShowMoreNode): TreeItem {
  const item = new TreeItem(l10n.t('Show More…'), None);
  const shown = l10n.t('{0} of {1}', shownCount.toLocaleString('en'), totalCount.toLocaleString('en'));
  item.description = shown;
  item.contextValue = `${rowFlags.showMore};`;
  item.accessibilityInformation = { label: showMoreLabel(parent, shown) };
  item.command = openRow(l10n.t('Show More'));
  return item;
}

/** `shown`: "20 of 50". */
function showMoreLabel(parent: ShowMoreNode['parent'], shown: string): string {
  if (!parent) return l10n.t('Show more groups, {0} are shown', shown);
  if (parent instanceof SectionNode) {
    const { name } = parent.parent.run;
    return parent.kind === 'metrics'
      ? l10n.t('Show more metrics of {0}, {1} are shown', name, shown)
      : l10n.t('Show more parameters of {0}, {1} are shown', name, shown);
  }
  const name = parent instanceof RunNode ? parent.run.name : parent.group.label;
  return name === ''
    ? l10n.t('Show more runs of the list, {0} are shown', shown)
    : l10n.t('Show more runs of {0}, {1} are shown', name, shown);
}

function failureItem({ source, failure }: FailureNode): TreeItem {
  const says =
    failure.code === 'Incompatible'
      ? l10n.t('{0} cannot show this', source.label)
      : l10n.t('{0} does not answer', source.label);
  const item = new TreeItem(says, None);
  item.iconPath = new ThemeIcon('warning', new ThemeColor('list.warningForeground'));
  item.description = failure.message;
  item.tooltip = describeFailure(failure);
  item.contextValue = `${rowFlags.failure};`;
  return item;
}

export const runTooltip = ({ run }: RunNode, nowMs: number): MarkdownString =>
  factsTooltip(run.name, runFacts(run, nowMs));

export const attemptTooltip = ({ attempt }: AttemptNode, nowMs: number): MarkdownString =>
  factsTooltip(l10n.t('Attempt {0}', attempt.number), attemptFacts(attempt, nowMs));

/** Every value is text: names, tags and paths come from run files and programs. */
function factsTooltip(title: string, facts: readonly (readonly [name: string, value: string])[]): MarkdownString {
  const text = new MarkdownString().appendMarkdown('**').appendText(title).appendMarkdown('**  \n');
  for (const [name, value] of facts) {
    if (name !== '') text.appendMarkdown(`${name}: `);
    text.appendText(value).appendMarkdown('  \n');
  }
  return text;
}
