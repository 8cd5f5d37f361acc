/** What holds for all charts: the x axis, filter, smoothing, outliers, scales, zoom. */
import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { smoothingKinds } from '../../../src/model/chartSettings';
import type { SeriesXAxis } from '../../../src/model/series';
import { axisNames, seriesAxes } from '../../shared/axisText';
import type { MenuItem } from '../../shared/menu';
import type { ChartLayout } from '../../../src/model/chartLayout';
import type { ChartsModel } from './chartsModel';
import { smoothingNames, weightSlider } from './smoothingFields';

/** Of the x axis, beside those that every point has. */
const metricValue = 'metric';
const longestName = 30;

/** What the bar asks others for. */
export interface ToolbarAsks {
  /** For a metric to be the x axis. */
  readonly chooseMetric: () => void;
  /** What mouse and keys do. */
  readonly help: () => void;
}

export function chartToolbar(model: ChartsModel, layout: ChartLayout, asks: ToolbarAsks): TemplateResult {
  const { chooseMetric } = asks;
  const { settings } = model;
  return html`<div class="chartsBar" role="toolbar" aria-label="All charts">
    ${filterField(model, layout)}
    ${choice('X axis', axisValue(settings.axis), axisOptions(settings.axis), (value) => {
      const axis = seriesAxes.find((known) => known === value);
      if (axis) model.change({ axis });
      else if (value === metricValue) chooseMetric();
    })}
    ${choice(
      'Smoothing',
      settings.smoothing,
      smoothingKinds.map((kind) => [kind, smoothingNames[kind]]),
      (value) => {
        const smoothing = smoothingKinds.find((kind) => kind === value);
        if (smoothing) model.change({ smoothing });
      },
    )}
    ${settings.smoothing === 'none' ? nothing : weightSlider(settings.smoothingWeight, (smoothingWeight) => model.change({ smoothingWeight }))}
    <sidelab-menu
      .label=${'Options of all charts'}
      .icon=${'settings'}
      .items=${() => optionItems(model, asks)}
    ></sidelab-menu>
  </div>`;
}

function filterField(model: ChartsModel, { filterProblem, hiddenCount }: ChartLayout): TemplateResult {
  const onInput = ({ target }: Event): void => {
    if (target instanceof HTMLInputElement) model.change({ filter: target.value });
  };
  return html`<span class="chartFilter">
    <input
      type="search"
      class="field"
      placeholder="Filter charts (regular expression)"
      aria-label="Filter charts"
      aria-invalid=${filterProblem === undefined ? 'false' : 'true'}
      title=${filterProblem ?? 'A regular expression; case does not matter'}
      .value=${live(model.settings.filter)}
      @input=${onInput}
    />
    <span class="muted" role="status">${hiddenCount === 0 ? nothing : `${hiddenCount} hidden`}</span>
  </span>`;
}

function choice(
  label: string,
  value: string,
  options: readonly (readonly [value: string, name: string])[],
  choose: (value: string) => void,
): TemplateResult {
  const onChange = ({ target }: Event): void => {
    const chosen = target instanceof HTMLElement && 'value' in target ? target.value : undefined;
    if (typeof chosen === 'string' && chosen !== value) choose(chosen);
  };
  return html`<span class="chartChoice">
    <span aria-hidden="true">${label}</span>
    <vscode-dropdown aria-label=${label} current-value=${live(value)} @change=${onChange}>
      ${options.map(([option, name]) => html`<vscode-option value=${option}>${name}</vscode-option>`)}
    </vscode-dropdown>
  </span>`;
}

function optionItems(model: ChartsModel, { chooseMetric, help }: ToolbarAsks): readonly MenuItem[] {
  const { settings } = model;
  const flag = (label: string, key: 'ignoreOutliers' | 'linkZoom' | 'showEvents'): MenuItem => ({
    label,
    isChecked: settings[key],
    run: () => model.change({ [key]: !settings[key] }),
  });
  const scale = (label: string, key: 'xScale' | 'yScale'): MenuItem => {
    const isLogarithmic = settings[key] === 'logarithmic';
    return {
      label,
      isChecked: isLogarithmic,
      run: () => model.change({ [key]: isLogarithmic ? 'linear' : 'logarithmic' }),
    };
  };
  return [
    scale('Logarithmic Y Axes', 'yScale'),
    scale('Logarithmic X Axes', 'xScale'),
    flag('Ignore Outliers', 'ignoreOutliers'),
    { ...flag('Zoom All Charts Together', 'linkZoom'), beginsGroup: true },
    flag('Mark Events', 'showEvents'),
    { label: 'Metric as X Axis…', run: chooseMetric },
    { label: 'Reset All Charts', run: () => model.reset(), beginsGroup: true },
    { label: 'Mouse and Keys', keys: '?', run: help },
  ];
}

const axisOptions = (axis: SeriesXAxis): (readonly [string, string])[] => [
  ...seriesAxes.map((known) => [known, axisNames[known]] as const),
  [metricValue, typeof axis === 'object' ? shortened(axis.metric) : 'Another metric…'],
];

const axisValue = (axis: SeriesXAxis): string => (typeof axis === 'object' ? metricValue : axis);

const shortened = (name: string): string => (name.length > longestName ? `${name.slice(0, longestName)}…` : name);
