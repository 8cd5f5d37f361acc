/** "Run", "Dry Run" and "Preview Graph" above the first line of a run file. */
import { CodeLens, type CodeLensProvider, languages, Range, type TextDocument } from 'vscode';
import type { Disposable } from '../../base/lifecycle';
import { commandIds, runFileGlob } from '../ids';

export class RunLenses implements CodeLensProvider {
  register(): Disposable {
    return languages.registerCodeLensProvider({ pattern: runFileGlob }, this);
  }

  provideCodeLenses(document: TextDocument): CodeLens[] {
    return [
      new CodeLens(new Range(0, 0, 0, 0), {
        command: commandIds.submitRun,
        title: '$(play) Run',
        tooltip: 'Save and submit this run file',
        arguments: [document.uri],
      }),
      new CodeLens(new Range(0, 0, 0, 0), {
        command: commandIds.dryRun,
        title: 'Dry Run',
        tooltip: 'Show what would be submitted, and what plugins change',
        arguments: [document.uri],
      }),
      new CodeLens(new Range(0, 0, 0, 0), {
        command: commandIds.previewGraph,
        title: 'Preview Graph',
        tooltip: 'Show what would run, in which order, beside this file',
        arguments: [document.uri],
      }),
    ];
  }
}
