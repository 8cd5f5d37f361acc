/** `sidelab explain`, `diff` and `reproduce`: why a run failed, how two runs differ, and the code of a run as it was. */
import path from 'node:path';
import type { Command } from 'commander';
import { lineChanges } from '../core/compare/lineChanges';
import { compareRuns } from '../core/compare/compareRuns';
import { type ComparedPart, type Comparison, partTitles, summarize } from '../core/compare/comparison';
import { explainRun } from '../core/explain/explainRun';
import { explanationText } from '../core/explain/explanationText';
import { defaultFolder, reproduceRun, reproducible } from '../core/reproduce/reproduceRun';
import { cleanEnvironment } from '../core/runFiles/environment';
import { shortId } from '../model/ids';
import type { Run } from '../model/run';
import type { CommandContext } from './context';
import { exitCodes } from './exitCodes';
import { plainText } from './plainText';
import type { VerbsOptions } from './verbs';

const reference = 'id, the beginning of it, or name; of equal names the newest';
const asJson = ['--json', 'as JSON, for scripts'] as const;

interface Options {
  readonly json?: boolean;
}

export function addWhyVerbs(program: Command, { withContext }: Pick<VerbsOptions, 'withContext'>): void {
  program
    .command('explain')
    .description(
      'Say why a run failed, and what has changed since it last did well; of a graph or a sweep why its runs did.',
    )
    .argument('<run>', reference)
    .option(...asJson)
    .action(async (run: string, options: Options) =>
      withContext(async (context) => explainCommand(context, run, options)),
    );
  program
    .command('diff')
    .description('Say how two runs differ: parameters, command, run file, code, environment, inputs and metrics.')
    .argument('<before>', reference)
    .argument('<now>', reference)
    .option(...asJson)
    .action(async (before: string, now: string, options: Options) =>
      withContext(async (context) => diffCommand(context, { before, now }, options)),
    );
  program
    .command('reproduce')
    .description(
      "Make a git worktree with a run's code as it was, and its run file. Prints the folder, by default one beside the repository.",
    )
    .argument('<run>', reference)
    .argument('[folder]', 'must not exist yet')
    .action(async (run: string, folder: string | undefined) =>
      withContext(async (context) => reproduceCommand(context, run, folder)),
    );
}

async function explainCommand(
  { source, terminal, environment, nowMs }: CommandContext,
  run: string,
  { json }: Options,
): Promise<number> {
  const explained = await explainRun(source, run, { environment: cleanEnvironment(environment) });
  terminal.print(json ? JSON.stringify(explained, undefined, 2) : explanationText(explained, nowMs()).text.trimEnd());
  return exitCodes.done;
}

async function diffCommand(
  { source, terminal, environment }: CommandContext,
  runs: { readonly before: string; readonly now: string },
  { json }: Options,
): Promise<number> {
  const question = { environment: cleanEnvironment(environment), withFiles: true };
  const comparison = await compareRuns(source, runs, question);
  terminal.print(json ? JSON.stringify(comparison, undefined, 2) : describeComparison(comparison));
  return exitCodes.done;
}

function describeComparison(comparison: Comparison): string {
  const { before, now, parts } = comparison;
  const lines = [`--- ${named(before)}`, `+++ ${named(now)}`, summarize(comparison)];
  for (const part of parts) {
    if (part.state === 'equal') continue;
    lines.push('', `${partTitles[part.name]}: ${part.state === 'unknown' ? 'not known' : 'different'}`);
    lines.push(...bodyOf(part).map((line) => `  ${line}`));
    if (part.note !== undefined) lines.push(`  ${part.note}`);
  }
  return lines.map(plainText).join('\n');
}

const named = ({ experiment, name, id, status }: Run): string => `${experiment}/${name} (${shortId(id)}) ${status}`;

function bodyOf({ name, changes, texts, unified }: ComparedPart): readonly string[] {
  if (unified !== undefined) return [...changes, ...unified.trimEnd().split('\n')];
  if (name !== 'runFile') return changes;
  return [...changes, ...texts.flatMap(({ before = '', now = '' }) => lineChanges(before, now))];
}

async function reproduceCommand(
  { source, terminal, environment, cwd }: CommandContext,
  run: string,
  given: string | undefined,
): Promise<number> {
  const detail = await source.run(run);
  const code = reproducible(detail);
  const folder = given === undefined ? defaultFolder(detail.run, code) : path.resolve(cwd, given);
  const runFile = await source.runFile(detail.run.id);
  const { gaps } = await reproduceRun({ detail, runFile }, folder, cleanEnvironment(environment));
  terminal.print(folder);
  for (const gap of gaps) terminal.say(gap);
  terminal.say(`To remove it: git -C ${code.repository} worktree remove --force ${folder}`);
  return exitCodes.done;
}
