/** Small pictures, drawn in the text's colour. Decoration: whoever uses one says the same in words beside it. */
import { html, nothing, svg, type SVGTemplateResult, type TemplateResult } from 'lit';
import { glyphLines, type StatusGlyph, statusGlyphs } from './statusGlyphs';

const { ringRadius, discRadius, dash } = glyphLines;
const ring = svg`<circle cx="8" cy="8" r=${ringRadius} fill="none" stroke="currentColor" stroke-width=${glyphLines.ring} />`;
const dashedRing = svg`<circle cx="8" cy="8" r=${ringRadius} fill="none" stroke="currentColor" stroke-width=${glyphLines.ring} stroke-dasharray=${dash.join(' ')} />`;
const disc = svg`<circle cx="8" cy="8" r=${discRadius} fill="currentColor" />`;
/** Drawn on a disc, in the colour of what lies behind it. */
const onDisc = (path: string): SVGTemplateResult =>
  svg`<path class="onDisc" d=${path} fill="none" stroke-width=${glyphLines.onDisc} stroke-linecap="round" stroke-linejoin="round" />`;
const stroke = (path: string): SVGTemplateResult =>
  svg`<path d=${path} fill="none" stroke="currentColor" stroke-width=${glyphLines.stroke} stroke-linecap="round" stroke-linejoin="round" />`;
const filled = (path: string): SVGTemplateResult => svg`<path d=${path} fill="currentColor" />`;

const frames = { ring, dashedRing, disc };
const ofStatus = ({ frame, stroke: line, fill }: StatusGlyph): SVGTemplateResult =>
  svg`${frames[frame]}${line === undefined ? nothing : frame === 'disc' ? onDisc(line) : stroke(line)}${fill === undefined ? nothing : filled(fill)}`;

const shapes = {
  dashedRing: ofStatus(statusGlyphs.dashedRing),
  clock: ofStatus(statusGlyphs.clock),
  play: ofStatus(statusGlyphs.play),
  check: ofStatus(statusGlyphs.check),
  cross: ofStatus(statusGlyphs.cross),
  slash: ofStatus(statusGlyphs.slash),
  question: ofStatus(statusGlyphs.question),
  skip: ofStatus(statusGlyphs.skip),
  stop: ofStatus(statusGlyphs.stop),
  info: svg`${ring}${stroke('M8 7.4v3.8')}<circle cx="8" cy="5" r=".9" fill="currentColor" />`,
  warning: svg`${stroke('M8 2.2L14.3 13.4H1.7z')}${stroke('M8 6.6v3')}<circle cx="8" cy="11.5" r=".8" fill="currentColor" />`,
  dot: svg`<circle cx="8" cy="8" r="2.5" fill="currentColor" />`,
  copy: svg`<rect x="5.5" y="5.5" width="8" height="8" rx="1" fill="none" stroke="currentColor" />${stroke('M3.5 10.5h-1v-8h8v1')}`,
  more: svg`<circle cx="3.5" cy="8" r="1.1" fill="currentColor" /><circle cx="8" cy="8" r="1.1" fill="currentColor" /><circle cx="12.5" cy="8" r="1.1" fill="currentColor" />`,
  pin: stroke('M5.5 2.5h5M6.3 2.5v4L4.5 9h7L9.7 6.5v-4M8 9v4.5'),
  pinned: svg`<path d="M5.5 2.5h5M6.3 2.5v4L4.5 9h7L9.7 6.5v-4z" fill="currentColor" stroke="currentColor" stroke-width="1.2" stroke-linejoin="round" />${stroke('M8 9v4.5')}`,
  enlarge: stroke('M9.5 2.5h4v4M6.5 13.5h-4v-4M13.5 2.5L9 7M2.5 13.5L7 9'),
  shrink: stroke('M13 7H9V3M3 9h4v4M9 7l4.5-4.5M7 9l-4.5 4.5'),
  zoomOut: svg`<circle cx="7" cy="7" r="4.5" fill="none" stroke="currentColor" stroke-width="1.4" />${stroke('M10.3 10.3l3.4 3.4M5 7h4')}`,
  settings: stroke('M2 4.5h7M13 4.5h1M2 11.5h1M7 11.5h7M9 2.8v3.4h3V2.8zM4 9.8v3.4h3V9.8z'),
  plainCross: stroke('M4 4l8 8M12 4l-8 8'),
  tick: stroke('M3 8.5l3.2 3.2L13 4.6'),
} as const satisfies Record<string, SVGTemplateResult>;

export type IconName = keyof typeof shapes;

export const icon = (name: IconName): TemplateResult =>
  html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">${shapes[name]}</svg>`;
