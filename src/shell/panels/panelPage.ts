/** Fills a webview with the page of a panel: its script, its style, its element, and how it was looked at. */
import { Uri, type WebviewOptions, type WebviewPanel } from 'vscode';
import { panelHtml } from './panelHtml';

export interface PagePlan {
  readonly extensionUri: Uri;
  /** Of its folder below `webview/`, of its script and its style. */
  readonly name: 'run' | 'graph';
  /** What the view begins with: at least what the panel is about. */
  readonly state: object;
}

/** Given to a panel when it is made, they cost no message of their own. */
export const webviewOptions = (extensionUri: Uri): WebviewOptions => ({
  enableScripts: true,
  localResourceRoots: [Uri.joinPath(extensionUri, 'dist', 'webview'), Uri.joinPath(extensionUri, 'media')],
});

export function fillPage(panel: WebviewPanel, { extensionUri, name, state }: PagePlan): void {
  const { webview } = panel;
  const scripts = Uri.joinPath(extensionUri, 'dist', 'webview');
  // Those that it was made with, unless VS Code has made it anew.
  webview.options = webviewOptions(extensionUri);
  const fileUri = (file: string): string => webview.asWebviewUri(Uri.joinPath(scripts, file)).toString();
  webview.html = panelHtml({
    title: panel.title,
    cspSource: webview.cspSource,
    script: fileUri(`${name}.js`),
    style: fileUri(`${name}.css`),
    element: `sidelab-${name}-panel`,
    stateJson: JSON.stringify(state),
  });
}
