/** A plot as SVG: the same axes and curves as on the screen, as lines and letters that a paper or a slide can scale. */
import type { Theme } from '../theme';
import { escapeXml } from '../xml';
import type { Curve } from './curve';
import type { PlotArea, PlotMaps } from './curvePainter';
import type { Plot } from './plot';
import { pixelOf } from './pixelMap';
import type { Polyline } from './polyline';
import { tracePolyline } from './tracePolyline';

export interface SvgWords {
  readonly title: string;
  readonly xName: string;
}

const titlePx = 24;
const legendRowPx = 18;
const footPx = 24;

/** What a plot looks like on paper: black on white, whatever the editor's theme is. */
export function printTheme(theme: Theme): Theme {
  return {
    ...theme,
    foreground: '#000000',
    muted: '#333333',
    grid: '#d0d0d0',
    axis: '#333333',
    background: '#ffffff',
    fontFamily: 'Helvetica, Arial, sans-serif',
    series: ['#1f5fbf', '#2a7f2a', '#7a3fa0', '#a06a00', '#b52020', '#c05a00'],
  };
}

/** `theme` is that in which the curves of the scene were coloured. */
export function plotSvg(plot: Plot, curves: readonly Curve[], words: SvgWords, theme: Theme): string {
  const { area, maps, size } = plot;
  if (!maps) return '';
  const legend = curves.length > 1 ? legendOf(curves, size.width, theme) : { rows: 0, text: '' };
  const top = titlePx + legend.rows * legendRowPx;
  const height = top + size.height + footPx;
  const font = `font-family="${escapeXml(theme.fontFamily)}" font-size="11"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${height}" viewBox="0 0 ${size.width} ${height}" ${font}>`,
    `<rect width="100%" height="100%" fill="${escapeXml(theme.background)}"/>`,
    `<text x="${area.left}" y="16" font-size="13" font-weight="600" fill="${escapeXml(theme.foreground)}">${escapeXml(words.title)}</text>`,
    `<g transform="translate(0 ${titlePx})">${legend.text}</g>`,
    `<g transform="translate(0 ${top})">`,
    plotMarkup(plot, curves, maps, theme),
    `<text x="${area.left + area.width / 2}" y="${size.height + 14}" text-anchor="middle" fill="${escapeXml(theme.muted)}">${escapeXml(words.xName)}</text>`,
    '</g></svg>',
  ].join('\n');
}

/** Axes and curves as elements of an SVG, at the places that they have on the screen. `id` names the clip in its document. */
export function plotMarkup(plot: Plot, curves: readonly Curve[], maps: PlotMaps, theme: Theme, id = 'area'): string {
  const { area } = plot;
  return [
    axes(plot, area, theme),
    `<clipPath id="${id}"><rect x="${area.left}" y="${area.top}" width="${area.width}" height="${area.height}"/></clipPath>`,
    `<g clip-path="url(#${id})" fill="none" stroke-linejoin="round">`,
    ...curves.map((curve) => curveSvg(curve, maps, theme)),
    '</g>',
  ].join('\n');
}

function axes(plot: Plot, area: PlotArea, theme: Theme): string {
  const [right, bottom] = [area.left + area.width, area.top + area.height];
  const [grid, axis, text] = [theme.grid, theme.axis, theme.muted].map(escapeXml);
  const isInside = (pixel: number, from: number, to: number): boolean => pixel >= from - 0.5 && pixel <= to + 0.5;
  const rows = plot
    .ticks('y')
    .filter(({ pixel }) => isInside(pixel, area.top, bottom))
    .map(
      ({ pixel, label }) =>
        `<path d="M${area.left} ${px(pixel)}H${px(right)}" stroke="${grid}"/><text x="${px(area.left - 6)}" y="${px(pixel + 4)}" text-anchor="end" fill="${text}">${escapeXml(label)}</text>`,
    );
  const columns = plot
    .ticks('x')
    .filter(({ pixel }) => isInside(pixel, area.left, right))
    .map(
      ({ pixel, label }) =>
        `<path d="M${px(pixel)} ${px(bottom)}v4" stroke="${axis}"/><text x="${px(pixel)}" y="${px(bottom + 16)}" text-anchor="middle" fill="${text}">${escapeXml(label)}</text>`,
    );
  return [...rows, ...columns, `<path d="M${area.left} ${px(bottom)}H${px(right)}" stroke="${axis}"/>`].join('\n');
}

function curveSvg({ line, smooth, color, dash }: Curve, maps: PlotMaps, theme: Theme): string {
  const stroke = (points: Polyline, look: string): string => {
    const d = pathOf(points, maps);
    return d === '' ? '' : `<path d="${d}" ${look}/>`;
  };
  const dashed = dash.length > 0 ? ` stroke-dasharray="${dash.join(' ')}"` : '';
  const paint = `stroke="${escapeXml(color)}"`;
  return [
    ...line.superseded.map(({ points }) => stroke(points, `stroke="${escapeXml(theme.muted)}" stroke-dasharray="3 3"`)),
    stroke(line.points, smooth ? `${paint} stroke-opacity="0.4"` : `${paint}${dashed}`),
    smooth ? stroke(smooth, `${paint} stroke-width="1.5"${dashed}`) : '',
    dots(line.lonely, maps, color),
  ].join('');
}

function pathOf(points: Polyline, { x, y, visible }: PlotMaps): string {
  const parts: string[] = [];
  tracePolyline(points, x, y, visible, {
    moveTo: (px0, py) => parts.push(`M${px(px0)} ${px(py)}`),
    lineTo: (px0, py) => parts.push(`L${px(px0)} ${px(py)}`),
  });
  return parts.join('');
}

function dots({ xs, ys }: Polyline, { x, y }: PlotMaps, color: string): string {
  return Array.from(xs, (at, i) => {
    const [cx, cy] = [pixelOf(x, at), pixelOf(y, ys[i] ?? NaN)];
    return Number.isFinite(cy) ? `<circle cx="${px(cx)}" cy="${px(cy)}" r="2" fill="${escapeXml(color)}"/>` : '';
  }).join('');
}

/** Names side by side, as many as a row has room for by a rough width of letters. */
function legendOf(
  curves: readonly Curve[],
  width: number,
  theme: Theme,
): { readonly rows: number; readonly text: string } {
  let [x, row] = [12, 0];
  const parts = curves.map(({ name, color }) => {
    const wide = 26 + 6.5 * name.length;
    if (x + wide > width && x > 12) [x, row] = [12, row + 1];
    const y = row * legendRowPx + 9;
    const part = `<path d="M${x} ${y}h16" stroke="${escapeXml(color)}" stroke-width="2"/><text x="${x + 20}" y="${y + 4}" fill="${escapeXml(theme.foreground)}">${escapeXml(name)}</text>`;
    x += wide;
    return part;
  });
  return { rows: row + 1, text: parts.join('') };
}

const px = (value: number): string => String(Math.round(value * 10) / 10);
