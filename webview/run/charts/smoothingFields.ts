/** The fields that say how curves are smoothed: of all charts in the bar above them, of one in a dialog. */
import { html, nothing, type TemplateResult } from 'lit';
import { type Smoothing, smoothingKinds, smoothingWeightMax } from '../../../src/model/chartSettings';

export const smoothingNames = {
  none: 'No smoothing',
  exponential: 'Exponential',
  'time-weighted': 'Time-weighted',
} as const satisfies Record<Smoothing['kind'], string>;

export function weightSlider(weight: number, choose: (weight: number) => void): TemplateResult {
  const onInput = ({ target }: Event): void => {
    if (target instanceof HTMLInputElement) choose(weightOf(Number(target.value)));
  };
  return html`<span class="chartChoice">
    <input
      type="range"
      min="0"
      max="100"
      step="1"
      aria-label="Smoothing weight"
      aria-valuetext=${weight.toFixed(3)}
      .value=${String(positionOf(weight))}
      @input=${onInput}
    />
    <output class="weight">${weight.toFixed(3)}</output>
  </span>`;
}

/** `own` is undefined where the chart follows what holds for all. */
export function ownSmoothingFields(
  own: Smoothing | undefined,
  ofAll: Smoothing,
  choose: (own: Smoothing | undefined) => void,
): TemplateResult {
  const radio = (label: string, chosen: Smoothing | undefined): TemplateResult =>
    html`<label
      ><input type="radio" name="smoothing" .checked=${own?.kind === chosen?.kind} @change=${() => choose(chosen)} />
      ${label}</label
    >`;
  const weight = own?.weight ?? ofAll.weight;
  return html`<div class="ownSmoothing" role="radiogroup" aria-label="Smoothing of this chart">
      ${radio(`As all charts (${smoothingNames[ofAll.kind].toLowerCase()})`, undefined)}
      ${smoothingKinds.map((kind) => radio(smoothingNames[kind], { kind, weight }))}
    </div>
    ${own && own.kind !== 'none' ? weightSlider(own.weight, (next) => choose({ ...own, weight: next })) : nothing}`;
}

/** The slider is finer where weights near 1 differ most: a third of the way is 0.9, two thirds 0.99. */
const weightOf = (position: number): number =>
  Math.min(smoothingWeightMax, Math.round((1 - 10 ** ((-3 * position) / 100)) * 1000) / 1000);
const positionOf = (weight: number): number => Math.round((-100 * Math.log10(1 - weight)) / 3);
