/** What the mouse and the keys do to a chart, in words: nothing on a chart shows it. */
import { html, type TemplateResult } from 'lit';

const mouse: readonly Doing[] = [
  ['Drag', 'zooms to a box; drawn flat, to a range of x only, drawn steep, of values'],
  ['Double click', 'goes back to what was seen before'],
  ['Ctrl+wheel', 'zooms x at the mouse; with Shift, or over the axis of values, the values'],
  ['Shift+drag', 'moves the picture; so does a drag on an axis'],
  ['Click on a curve', 'shows the output of that moment'],
  ['Drag of the head', 'moves the chart to the place of another one of its group'],
  ['Drag of the corner', 'changes the size'],
];

const keys: readonly Doing[] = [
  ['← →', 'lead the cursor from point to point, with Shift over ten; Home and End to the ends'],
  ['+ −', 'zoom at the cursor'],
  ['Alt+← →', 'move the picture'],
  ['Backspace', 'goes back to what was seen before, 0 to everything'],
  ['Enter', 'shows the output of the moment at the cursor'],
  ['Escape', 'gives up what is being selected, or the cursor'],
  ['Alt+Shift+← →', 'move the chart'],
  ['?', 'shows this'],
];

type Doing = readonly [what: string, does: string];

export const chartHelp = (): TemplateResult =>
  html`<div class="help" tabindex="0" role="region" aria-label="What mouse and keys do">
    <h3>Mouse on a chart</h3>
    ${list(mouse)}
    <h3>Keys on a chart that has the focus</h3>
    ${list(keys)}
  </div>`;

const list = (doings: readonly Doing[]): TemplateResult =>
  html`<dl>
    ${doings.map(
      ([what, does]) =>
        html`<div>
          <dt>${what}</dt>
          <dd>${does}</dd>
        </div>`,
    )}
  </dl>`;
