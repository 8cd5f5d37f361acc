/** The page of a panel. Nothing is allowed that it does not need: no network, no script and no style but its own. */
import { randomBytes } from 'node:crypto';

/** What is shown until the panel has drawn itself. */
export interface FirstPicture {
  readonly html: string;
  /** VS Code makes a page anew from its text, hours later too: then it is of no use. */
  readonly drawnAtMs: number;
}

export interface PanelPage {
  readonly title: string;
  /** The webview's own origin for files of the extension. */
  readonly cspSource: string;
  readonly script: string;
  /** Texts; none may hold the end of the element that it stands in. */
  readonly style: string;
  readonly pictureScript: string;
  readonly picture?: FirstPicture | undefined;
  /** Name of the custom element that is the panel. */
  readonly element: string;
  /** What the view begins with, as JSON: at least what the panel is about. */
  readonly stateJson: string;
}

/** Throws when a text would end its element early: a fault of the build. */
export function panelHtml(page: PanelPage): string {
  const { title, cspSource, script, style, pictureScript, picture, element, stateJson } = page;
  if (/<\/style/i.test(style) || /<\/script|<!--/i.test(pictureScript)) {
    throw new Error(`The code of ${element} cannot be a part of its page.`);
  }
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
<style nonce="${nonce}" class="panelStyle">${style}</style>
<title>${escapeHtml(title)}</title>
</head>
<body data-state="${escapeHtml(stateJson)}">
${
  picture === undefined
    ? ''
    : `<template class="firstPicture" data-drawn-at-ms="${picture.drawnAtMs}">${picture.html}</template>
<script nonce="${nonce}">${pictureScript}</script>`
}
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
