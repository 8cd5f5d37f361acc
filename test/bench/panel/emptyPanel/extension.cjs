/**
 * For the bench of the run panel only: a row whose click opens a webview panel with nothing in it but one word and one small
 * script, as fast as VS Code can. What the run panel takes longer is our own.
 */
'use strict';
const { randomBytes } = require('node:crypto');
const vscode = require('vscode');

/** @param {import('vscode').ExtensionContext} context */
exports.activate = (context) => {
  const row = new vscode.TreeItem('empty panel');
  row.command = { command: 'sidelabBench.openEmpty', title: 'Open' };
  context.subscriptions.push(
    vscode.window.createTreeView('sidelabBench.empty', {
      treeDataProvider: {
        getTreeItem: (/** @type {import('vscode').TreeItem} */ item) => item,
        getChildren: (/** @type {unknown} */ parent) => (parent ? [] : [row]),
      },
    }),
    vscode.commands.registerCommand('sidelabBench.openEmpty', () => {
      const column = { viewColumn: vscode.ViewColumn.Active, preserveFocus: true };
      const panel = vscode.window.createWebviewPanel('sidelabBench.panel', 'empty', column, { enableScripts: true });
      const nonce = randomBytes(16).toString('base64');
      panel.webview.html = `<!DOCTYPE html>
<html><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'nonce-${nonce}'"></head>
<body><script nonce="${nonce}">document.body.append(Object.assign(document.createElement('p'), { id: 'empty', textContent: 'empty' }));</script></body></html>`;
    }),
  );
};
