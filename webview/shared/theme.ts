/**
 * VS Code's colours and font for what CSS does not reach: canvases. A page's styles follow the theme by themselves; a
 * chart reads this and draws again when it changes.
 */
import { type Event, Emitter } from '../../src/base/event';
import { type Disposable, DisposableStore, toDisposable } from '../../src/base/lifecycle';
import type { Tone } from './statusLook';

export interface Theme {
  readonly foreground: string;
  readonly muted: string;
  readonly grid: string;
  readonly axis: string;
  readonly background: string;
  readonly tooltipBackground: string;
  readonly tooltipForeground: string;
  readonly tooltipBorder: string;
  readonly info: string;
  readonly warning: string;
  readonly error: string;
  readonly fontFamily: string;
  readonly fontSizePx: number;
  readonly widgetBackground: string;
  readonly focus: string;
  readonly findMatch: string;
  /** Of statuses: as `base.css` gives them to what stands in the page. */
  readonly tones: Readonly<Record<Tone, string>>;
  /** Distinct colours for series, in the order in which they are given out. */
  readonly series: readonly string[];
}

const seriesVariables = ['blue', 'green', 'purple', 'yellow', 'red', 'orange'].map((c) => `--vscode-charts-${c}`);

export function readTheme(): Theme {
  const styles = getComputedStyle(document.documentElement);
  const read = (fallback: string, ...variables: readonly string[]): string =>
    variables.map((variable) => styles.getPropertyValue(variable).trim()).find((value) => value !== '') ?? fallback;
  const foreground = read('#808080', '--vscode-editor-foreground', '--vscode-foreground');
  const isHighContrast = document.body.matches('.vscode-high-contrast, .vscode-high-contrast-light');
  const muted = isHighContrast ? foreground : read(foreground, '--vscode-descriptionForeground');
  const line = isHighContrast
    ? read(foreground, '--vscode-contrastBorder')
    : read(`color-mix(in srgb, ${foreground} 22%, transparent)`, '--vscode-editorIndentGuide-background1');
  return {
    foreground,
    muted,
    grid: isHighContrast ? `color-mix(in srgb, ${foreground} 30%, transparent)` : line,
    axis: line,
    background: read('transparent', '--vscode-editor-background'),
    tooltipBackground: read('#202020', '--vscode-editorHoverWidget-background'),
    tooltipForeground: read(foreground, '--vscode-editorHoverWidget-foreground'),
    tooltipBorder: read(line, '--vscode-editorHoverWidget-border'),
    info: read(foreground, '--vscode-charts-blue', '--vscode-editorInfo-foreground'),
    warning: read(foreground, '--vscode-editorWarning-foreground', '--vscode-charts-yellow'),
    error: read(foreground, '--vscode-editorError-foreground', '--vscode-errorForeground'),
    fontFamily: read('sans-serif', '--vscode-font-family'),
    fontSizePx: Number.parseFloat(read('13', '--vscode-font-size')) || 13,
    widgetBackground: read('#252526', '--vscode-editorWidget-background', '--vscode-editor-background'),
    focus: read(foreground, '--vscode-focusBorder'),
    findMatch: read('#ea5c00', '--vscode-editor-findMatchHighlightBorder', '--vscode-charts-orange'),
    tones: {
      quiet: muted,
      waiting: read(foreground, '--vscode-charts-yellow', '--vscode-editorWarning-foreground'),
      active: read(foreground, '--vscode-charts-blue', '--vscode-editorInfo-foreground'),
      good: read(foreground, '--vscode-testing-iconPassed', '--vscode-charts-green'),
      bad: read(foreground, '--vscode-testing-iconFailed', '--vscode-errorForeground'),
      doubtful: read(foreground, '--vscode-editorWarning-foreground', '--vscode-charts-yellow'),
    },
    series: seriesVariables.map((variable) => opaque(read(foreground, variable))),
  };
}

/** VS Code derives its orange from a highlight that lets the text shine through: as a thin line it would be invisible. */
const opaque = (color: string): string =>
  color
    .replace(/^(#[0-9a-f]{6})[0-9a-f]{2}$/i, '$1')
    .replace(/^rgba\((\s*\d+\s*,\s*\d+\s*,\s*\d+\s*),[^)]*\)$/, 'rgb($1)');

/** Reads the theme once and again whenever VS Code changes the page's variables or theme class. */
export class ThemeWatch implements Disposable {
  readonly #owned = new DisposableStore();
  readonly #didChange = this.#owned.own(new Emitter<Theme>());
  #current = readTheme();

  constructor() {
    const observer = new MutationObserver(() => this.#reread());
    // VS Code writes the variables into the style of <html> and the kind of theme into the class of <body>.
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style', 'class'] });
    observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
    this.#owned.own(toDisposable(() => observer.disconnect()));
  }

  readonly onDidChange: Event<Theme> = (listener) => this.#didChange.event(listener);

  get current(): Theme {
    return this.#current;
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #reread(): void {
    const theme = readTheme();
    // The toolkit touches the same attributes; only another look is worth drawing everything again.
    if (JSON.stringify(theme) === JSON.stringify(this.#current)) return;
    this.#current = theme;
    this.#didChange.fire(theme);
  }
}
