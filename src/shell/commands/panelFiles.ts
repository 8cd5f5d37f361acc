/** Files that charts of a panel become: points at full resolution, and pictures. The user names them. */
import path from 'node:path';
import { commands, l10n, Uri, window, workspace } from 'vscode';
import type { PanelFiles } from '../panels/runPanelSession';

export const panelFiles: PanelFiles = {
  async exportPoints(source, runId, metrics) {
    const { exportRun } = await import('./exportMetrics');
    const { run } = await source.run(runId);
    await exportRun(source, run, { metrics });
  },

  async save(name, bytes) {
    const folder = workspace.workspaceFolders?.[0]?.uri ?? Uri.file(process.cwd());
    const ending = path.extname(name).slice(1);
    const uri = await window.showSaveDialog({
      title: l10n.t('Save {0}', name),
      // What the view proposes is a name, and never leads out of the folder.
      defaultUri: Uri.joinPath(folder, path.basename(name)),
      filters: { [ending.toUpperCase()]: [ending] },
    });
    if (!uri) return;
    await workspace.fs.writeFile(uri, bytes);
    void window
      .showInformationMessage(l10n.t('The picture is in {0}.', path.basename(uri.fsPath)), l10n.t('Open'))
      .then((chosen) => chosen && commands.executeCommand('vscode.open', uri));
  },
};
