/** The page of a panel. Nothing is allowed that it does not need: no network, no inline script, no inline style. */
import { randomBytes } from 'node:crypto';

export interface PanelPage {
  readonly title: string;
  /** The webview's own origin for files of the extension. */
  readonly cspSource: string;
  readonly script: string;
  readonly style: string;
  /** Name of the custom element that is the panel. */
  readonly element: string;
  /** What the view begins with, as JSON: at least what the panel is about. */
  readonly stateJson: string;
}

export function panelHtml({ title, cspSource, script, style, element, stateJson }: PanelPage): string {
  const nonce = randomBytes(16).toString('base64');
  const policy = [
    `default-src 'none'`,
    `img-src ${cspSource} data:`,
    `font-src ${cspSource}`,
    `style-src ${cspSource} 'nonce-${nonce}'`,
    `script-src 'nonce-${nonce}'`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">
<meta property="csp-nonce" content="${nonce}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${escapeHtml(style)}">
<title>${escapeHtml(title)}</title>
</head>
<body data-state="${escapeHtml(stateJson)}">
<${element}></${element}>
<script nonce="${nonce}" src="${escapeHtml(script)}"></script>
</body>
</html>
`;
}

/** For a panel that cannot be brought back: says so, runs nothing. */
export function noticeHtml(text: string): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'">
<title>Sidelab</title>
</head>
<body><p>${escapeHtml(text)}</p></body>
</html>
`;
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
