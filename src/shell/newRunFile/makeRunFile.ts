/** A new run file by what it is made of; what was not said is asked. Undefined where the user chose nothing. */
import path from 'node:path';
import { l10n, type QuickPickItem, SnippetString, ThemeIcon, Uri, window } from 'vscode';
import { Failure } from '../../base/failure';
import { runFileOfAlgorithm } from '../../core/newRunFile/algorithmRunFile';
import { pastedInOneLine, runFileOfCommandLine } from '../../core/newRunFile/commandLine';
import { readPackageScripts, runFileOfPackageScript } from '../../core/newRunFile/packageScript';
import { readPastRun } from '../../core/newRunFile/pastRun';
import { runFileOfPastRun } from '../../core/newRunFile/pastRunFile';
import { readPythonFile, runFileOfPython } from '../../core/newRunFile/python/pythonRunFile';
import type { SourceRun } from '../activeRuns';
import type { RunTargets } from '../commands/runTargets';
import { pick, pickAlgorithm, pickPythonFile, pickScript, requireFolder, title, workspaceFolder } from './choices';
import { exists, type UntitledRunFile } from './untitledRunFile';
import { pathOf, type Wish, type WishFrom } from './wish';

type WishOf<F extends WishFrom> = Extract<Wish, { readonly from: F }>;

const kinds: readonly (QuickPickItem & { readonly from: WishFrom })[] = [
  {
    from: 'scratch',
    label: l10n.t('From Scratch'),
    detail: l10n.t('A command with parameters, to fill in'),
    iconPath: new ThemeIcon('file'),
  },
  {
    from: 'commandLine',
    label: l10n.t('From a Command Line'),
    detail: l10n.t('As it is typed in a terminal; its flags become parameters'),
    iconPath: new ThemeIcon('terminal'),
  },
  {
    from: 'python',
    label: l10n.t('From a Python File'),
    detail: l10n.t('With the flags that it declares: argparse, click, typer, hydra, dataclasses'),
    iconPath: new ThemeIcon('file-code'),
  },
  {
    from: 'packageScript',
    label: l10n.t('From a package.json Script'),
    detail: l10n.t('As npm, pnpm, yarn or bun runs it'),
    iconPath: new ThemeIcon('package'),
  },
  {
    from: 'algorithm',
    label: l10n.t('From an Algorithm'),
    detail: l10n.t('One of .sidelab/algorithms, with its parameters'),
    iconPath: new ThemeIcon('symbol-function'),
  },
  {
    from: 'run',
    label: l10n.t('From a Past Run'),
    detail: l10n.t('What it was made of, or what a sweep chose'),
    iconPath: new ThemeIcon('history'),
  },
];

export async function askFrom(): Promise<WishFrom | undefined> {
  return (await pick(kinds, l10n.t('What is the run file made from?')))?.from;
}

export async function makeRunFile(targets: RunTargets, wish: Wish): Promise<UntitledRunFile | undefined> {
  switch (wish.from) {
    case 'scratch':
      return { text: scratch(), name: 'new', folder: folderSaid(wish) ?? workspaceFolder() };
    case 'algorithm':
      return ofAlgorithm(wish);
    case 'run': {
      const target = await targets.one(l10n.t('New Run File from Run'), wish.run);
      return target && ofRun(target);
    }
    case 'commandLine':
      return ofCommandLine(wish);
    case 'packageScript':
      return ofPackageScript(wish);
    case 'python':
      return ofPython(wish);
  }
}

const folderSaid = ({ folder }: { readonly folder?: string | Uri }): string | undefined =>
  folder === undefined ? undefined : pathOf(folder);

/** The few keys that nearly every run has. */
const scratch = (): SnippetString =>
  new SnippetString(
    [
      '{',
      '  "experiment": "${1:my-experiment}",',
      '  "command": ["${2:node}", "${3:train.mjs}"],',
      '  "parameters": {',
      '    "${4:lr}": ${5:0.1}',
      '  }',
      '}',
      '',
    ].join('\n'),
  );

async function ofAlgorithm(wish: WishOf<'algorithm'>): Promise<UntitledRunFile | undefined> {
  const chosen = await pickAlgorithm(folderSaid(wish) ?? requireFolder(), wish.algorithm, wish.version);
  return chosen && { ...runFileOfAlgorithm(chosen.content), folder: folderSaid(wish) ?? chosen.folder };
}

/** Beside the file that it was submitted with, so that its paths lead where they led. */
export async function ofRun({ source, run }: SourceRun): Promise<UntitledRunFile> {
  const made = await runFileOfPastRun(await readPastRun(source, run.id));
  const isThere = await exists(Uri.file(made.folder));
  return { ...made, folder: isThere ? made.folder : workspaceFolder() };
}

async function ofCommandLine(wish: WishOf<'commandLine'>): Promise<UntitledRunFile | undefined> {
  const typed = wish.commandLine ?? (await askCommandLine());
  if (typed === undefined) return undefined;
  return { ...runFileOfCommandLine(typed), folder: folderSaid(wish) ?? workspaceFolder() };
}

async function askCommandLine(): Promise<string | undefined> {
  const typed = await window.showInputBox({
    title,
    prompt: l10n.t('A command line, as you type it in a terminal'),
    placeHolder: 'python train.py --lr 0.1 --model.width 256',
    ignoreFocusOut: true,
    validateInput: (value) => (value.trim() === '' ? undefined : problemOf(pastedInOneLine(value))),
  });
  return typed === undefined ? undefined : pastedInOneLine(typed);
}

function problemOf(typed: string): string | undefined {
  try {
    runFileOfCommandLine(typed);
    return undefined;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return error.message;
  }
}

async function ofPackageScript(wish: WishOf<'packageScript'>): Promise<UntitledRunFile | undefined> {
  const { script } = wish;
  const file = wish.file === undefined ? undefined : pathOf(wish.file);
  const isSaid = file !== undefined && script !== undefined;
  const chosen = isSaid ? { found: await readPackageScripts(file), script } : await pickScript(file);
  if (!chosen) return undefined;
  const made = await runFileOfPackageScript(chosen.found, chosen.script);
  return { ...made, folder: path.dirname(chosen.found.path) };
}

async function ofPython(wish: WishOf<'python'>): Promise<UntitledRunFile | undefined> {
  const chosen = wish.file === undefined ? await pickPythonFile() : pathOf(wish.file);
  if (chosen === undefined) return undefined;
  const file = await readPythonFile(chosen);
  const names = file.program?.commands.flatMap(({ name }) => (name === undefined ? [] : [name])) ?? [];
  const items = names.map((label) => ({ label }));
  const isAsked = wish.command === undefined && names.length > 1;
  const picked = isAsked ? await pick(items, l10n.t('Which command of {0}?', path.basename(chosen))) : undefined;
  if (isAsked && !picked) return undefined;
  return { ...(await runFileOfPython(file, picked?.label ?? wish.command)), folder: path.dirname(chosen) };
}
