/** The theme as the variables of the page: a picture that is drawn before anybody knows their values follows them all the same. */
import type { Theme } from '../../shared/theme';

const editor = (name: string): string => `var(--vscode-${name})`;

/** `fontSizePx`: of the page's text. */
export const variableTheme = (fontSizePx: number): Theme => ({
  foreground: editor('foreground'),
  muted: 'var(--plotText)',
  grid: 'var(--plotGrid)',
  axis: 'var(--plotAxis)',
  background: editor('editor-background'),
  tooltipBackground: editor('editorHoverWidget-background'),
  tooltipForeground: editor('editorHoverWidget-foreground'),
  tooltipBorder: editor('editorHoverWidget-border'),
  info: editor('charts-blue'),
  warning: editor('charts-yellow'),
  error: editor('charts-red'),
  fontFamily: editor('font-family'),
  fontSizePx,
  widgetBackground: editor('editorWidget-background'),
  focus: editor('focusBorder'),
  findMatch: editor('charts-orange'),
  tones: {
    quiet: 'var(--muted)',
    waiting: editor('charts-yellow'),
    active: editor('charts-blue'),
    good: editor('charts-green'),
    bad: editor('charts-red'),
    doubtful: editor('charts-yellow'),
  },
  series: ['blue', 'green', 'purple', 'yellow', 'red']
    .map((name) => editor(`charts-${name}`))
    // VS Code's lets the text shine through.
    .concat(`rgb(from ${editor('charts-orange')} r g b)`),
});
