/** Fills a webview with the page of a panel: its script, its style, its element, a first picture, and how it was looked at. */
import { Uri, type WebviewOptions, type WebviewPanel } from 'vscode';
import type { PageStart } from './pageStart';
import { type FirstPicture, panelHtml } from './panelHtml';

export interface PagePlan {
  readonly extensionUri: Uri;
  /** Of its folder below `webview/`, and of its script. */
  readonly name: 'run' | 'graph';
  readonly start: PageStart;
  readonly picture?: FirstPicture | undefined;
  /** What the view begins with: at least what the panel is about. */
  readonly state: object;
}

/** Given to a panel when it is made, they cost no message of their own. */
export const webviewOptions = (extensionUri: Uri): WebviewOptions => ({
  enableScripts: true,
  localResourceRoots: [Uri.joinPath(extensionUri, 'dist', 'webview'), Uri.joinPath(extensionUri, 'media')],
});

export function fillPage(panel: WebviewPanel, { extensionUri, name, start, picture, state }: PagePlan): void {
  const { webview } = panel;
  const scripts = Uri.joinPath(extensionUri, 'dist', 'webview');
  // Those that it was made with, unless VS Code has made it anew.
  webview.options = webviewOptions(extensionUri);
  webview.html = panelHtml({
    ...start,
    picture,
    title: panel.title,
    cspSource: webview.cspSource,
    script: webview.asWebviewUri(Uri.joinPath(scripts, `${name}.js`)).toString(),
    element: `sidelab-${name}-panel`,
    stateJson: JSON.stringify(state),
  });
}
