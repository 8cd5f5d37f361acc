/** A run file as its author meets it in the editor: what is underlined, explained and completed while they type. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { until } from '../workbench/processes.mjs';
import { openWorkbench, type Theme, type Workbench } from './support/workbench';

const themes: readonly Theme[] = ['light', 'dark', 'high contrast'];

const algorithm = (maximum: number): unknown => ({
  name: 'anneal',
  version: '1.2.0',
  command: ['node', 'tour.mjs'],
  parameters: {
    type: 'object',
    properties: {
      cooling: {
        type: 'number',
        exclusiveMinimum: 0,
        maximum,
        default: 0.9,
        description: 'Kept of the heat at each step.',
      },
      schedule: { enum: ['linear', 'geometric', 'adaptive'], description: 'How the temperature falls.' },
      cities: { type: 'integer', minimum: 3, description: 'How many places the tour has.' },
    },
  },
});

const wrongFile = `{
  // Cools slowly.
  "experiment": "annealing",
  "tasks": {
    "prepare": { "command": ["node", "prepare.mjs"] },
    "anneal": {
      "algorithm": "anneal",
      "parameters": { "cooling": 0.99, "schedule": "sudden" },
      "dependsOn": ["prepair"],
      "timeout": "2 hours or so"
    },
    "report": { "command": ["nodee", "report.mjs"], "dependsOn": ["anneal"] }
  }
}
`;

describe('a run file in the editor of the workbench', () => {
  let workbench: Workbench;
  let algorithmFile: string;

  before(async () => {
    workbench = await openWorkbench();
    const folder = path.join(workbench.workspace, '.sidelab', 'algorithms');
    mkdirSync(folder, { recursive: true });
    algorithmFile = path.join(folder, 'anneal.json');
    writeFileSync(algorithmFile, JSON.stringify(algorithm(1), null, 2));
  });
  after(async () => workbench.stop());
  afterEach(async () =>
    workbench.host(async (vscode) => vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor')),
  );

  const open = async (name: string, text: string): Promise<void> => {
    const file = path.join(workbench.workspace, name);
    writeFileSync(file, text);
    await workbench.host(async (vscode, at) => {
      await vscode.window.showTextDocument(vscode.Uri.file(at), { preview: false });
    }, file);
  };

  /** The texts that are underlined by us or by the JSON service, in their order. */
  const underlined = async (): Promise<readonly string[]> =>
    workbench.host((vscode) => {
      const document = vscode.window.activeTextEditor?.document;
      if (!document) return [];
      return vscode.languages
        .getDiagnostics(document.uri)
        .toSorted((a, b) => a.range.start.compareTo(b.range.start))
        .map(({ range }) => document.getText(range));
    });

  const cursorBehind = async (text: string): Promise<void> => {
    await workbench.host((vscode, wanted) => {
      const editor = vscode.window.activeTextEditor;
      if (!editor) throw new Error('No editor is open.');
      const place = editor.document.positionAt(editor.document.getText().indexOf(wanted) + wanted.length);
      editor.selection = new vscode.Selection(place, place);
    }, text);
    await workbench.page.locator('.monaco-editor.focused').first().waitFor();
  };

  /** A pointer that is there already, or a line that is drawn anew under it, brings no hover: so it comes from elsewhere, again. */
  const hoverOver = async (word: string, said: string) => {
    const hover = workbench.page.locator('.monaco-hover:visible', { hasText: said }).first();
    await until('the hover', async () => {
      await workbench.page.mouse.move(900, 700);
      await workbench.page.locator('.view-line span', { hasText: word }).last().hover();
      return hover.waitFor({ timeout: 3000 }).then(
        () => true,
        () => false,
      );
    });
    return hover;
  };

  it('underlines each mistake at its key and says on hover what to do', async () => {
    await open('wrong.run.json', wrongFile);
    const wanted = ['"prepair"', '"sudden"', '"2 hours or so"', '"nodee"'];
    await until(
      'the squiggles',
      async () => {
        const found = await underlined();
        return wanted.every((text) => found.includes(text));
      },
      20_000,
    );
    await workbench.page.locator('.codelens-decoration a', { hasText: 'Preview Graph' }).first().waitFor();
    const hover = await hoverOver('prepair', 'prepair');
    assert.match(await hover.innerText(), /prepare/);
    for (const theme of themes) {
      await workbench.setTheme(theme);
      await hoverOver('prepair', 'prepair');
      await workbench.shot(`run-file-mistakes-${theme.replaceAll(' ', '-')}`);
    }
    await workbench.setTheme('light');
  });

  it('explains a parameter by its algorithm, and shows at once what its file says by now', async () => {
    const text = '{\n  "algorithm": "anneal",\n  "parameters": {\n    "cooling": 0.95\n  }\n}\n';
    await open('parameters.run.json', text);
    const hover = await hoverOver('cooling', 'Kept of the heat');
    await workbench.shot('run-file-hover-light');
    assert.match(await hover.innerText(), /at most 1/);
    await until('a file without mistakes', async () => (await underlined()).length === 0);
    writeFileSync(algorithmFile, JSON.stringify(algorithm(0.5), null, 2));
    await until('the new limit', async () => (await underlined()).includes('0.95'), 20_000);
    writeFileSync(algorithmFile, JSON.stringify(algorithm(1), null, 2));
    await until('the old limit', async () => (await underlined()).length === 0, 20_000);
  });

  it('completes parameters and their values by keyboard alone', async () => {
    await open('complete.run.json', '{\n  "algorithm": "anneal",\n  "parameters": {\n    \n  }\n}\n');
    await cursorBehind('"parameters": {\n    ');
    const rows = workbench.page.locator('.suggest-widget .monaco-list-row');
    for (const theme of themes) {
      await workbench.setTheme(theme);
      await workbench.palette('Trigger Suggest');
      await rows.filter({ hasText: 'schedule' }).first().waitFor();
      await workbench.shot(`run-file-completion-${theme.replaceAll(' ', '-')}`);
      await workbench.page.keyboard.press('Escape');
    }
    await workbench.setTheme('light');
    await workbench.palette('Trigger Suggest');
    await rows.filter({ hasText: 'schedule' }).first().waitFor();
    await workbench.page.keyboard.type('sched');
    await rows.and(workbench.page.locator('.focused')).filter({ hasText: 'schedule' }).waitFor();
    await workbench.page.keyboard.press('Enter');
    await until('the parameter in the file', async () => {
      const text = await workbench.host((vscode) => vscode.window.activeTextEditor?.document.getText() ?? '');
      return text.includes('"schedule"');
    });
  });
});
