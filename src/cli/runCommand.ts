/**
 * `sidelab run FILE`: submits a run file and follows the run until it is settled, unless the file or an option has it
 * detached, or run directly here. Options win over the file. With `--json` stdout has the run and
 * nothing else, at its end or, detached, as it was submitted; `sidelab logs` has its output.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Failure, hasErrorCode, messageOf } from '../base/failure';
import type { Capacity } from '../model/demand';
import { type RunId, shortId } from '../model/ids';
import { isSaid, parseLogLevel } from '../model/logLevel';
import type { EventLevel } from '../model/run';
import { describeRunsEnd } from '../model/runsEnd';
import { requireDirect } from '../core/runFiles/directChecks';
import { dryRun } from '../core/runFiles/dryRun';
import { dryRunDocument } from '../core/runFiles/dryRunDocument';
import { readRunFile } from '../core/runFiles/readRunFile';
import { resolveRun } from '../core/runFiles/resolveRun';
import type { RunToResolve } from '../core/runFiles/runToResolve';
import { tailedRuns } from '../core/runFiles/tailLogs';
import { RunClient } from '../core/runs/runClient';
import { neededSecrets } from '../core/secrets/neededSecrets';
import type { CommandContext } from './context';
import { toJson } from './describeRuns';
import { exitCodeOfRun, exitCodes } from './exitCodes';
import { runDirectly } from './directCommand';
import { type Followed, followRun, type Interrupts } from './followRun';
import { plainText } from './plainText';
import { answerFor, secretsOfTerminal, supplyLacking } from './secrets';
import { waitFor } from './waitFor';

export interface RunOptions {
  readonly detach?: boolean;
  readonly direct?: boolean;
  readonly dryRun?: boolean;
  readonly tailLogs?: boolean;
  readonly logLevel?: EventLevel;
  readonly name?: string;
  readonly json?: boolean;
}

/** Returns the exit code. */
export async function runCommand(
  context: CommandContext,
  file: string,
  options: RunOptions,
  interrupts: Interrupts,
): Promise<number> {
  const { source, terminal, environment, cwd } = context;
  const filePath = path.resolve(cwd, file);
  const text = await readText(filePath);
  const runFile = await readRunFile(text, filePath);
  const isDetached = options.detach ?? runFile.detach ?? false;
  const isDirect = options.direct ?? runFile.direct ?? false;
  if (isDirect) {
    if (options.detach) throw new Failure('InvalidInput', '--direct and --detach exclude each other.');
    requireDirect(text, filePath);
  }
  const named = options.name === undefined ? runFile : { ...runFile, name: options.name };
  const toResolve = { file: named, text, path: filePath, environment };
  if (options.dryRun) {
    terminal.print(await describeDryRun(context, toResolve));
    return exitCodes.done;
  }
  const capacity = async (): Promise<Capacity | undefined> => (await source.queue()).capacity;
  const submission = await resolveRun({ ...toResolve, capacity });
  if (isDirect) return runDirectly(context, submission, options.json === true);
  const logLevel = options.logLevel ?? parseLogLevel(runFile.logLevel ?? 'info') ?? 'info';
  const names = neededSecrets(submission);
  const secrets = await secretsOfTerminal(context, names);
  const run = await new RunClient(source).create(submission, secrets);
  const title = plainText(`${run.experiment}/${run.name}`);
  if (isDetached) {
    terminal.say(`Submitted ${title}.`);
    await supplyLacking(context, names, secrets);
    sayRunsEnd(context);
    terminal.print(options.json ? toJson(run) : run.id);
    return exitCodes.done;
  }
  if (isSaid('info', logLevel)) terminal.say(`Submitted ${title} as ${shortId(run.id)}.`);
  await supplyLacking(context, names, secrets);
  const answering = answerFor(source, run.id, secrets, (error) => terminal.say(messageOf(error)));
  try {
    if (options.json) {
      const { runs, left } = await waitFor(context, [run], { interrupts });
      const [last = run] = runs;
      terminal.print(toJson(last));
      return exitCodeOfFollowed(context, { run: last, left });
    }
    const tailed = tailedRuns(runFile, submission);
    const isTailed = (runId: RunId): boolean => options.tailLogs ?? tailed.has(runId);
    return exitCodeOfFollowed(context, await followRun(context, run, interrupts, { isTailed, logLevel }));
  } finally {
    answering.dispose();
  }
}

/** Of an engine that lives already: nothing is started to say what would be. */
async function describeDryRun({ source, home }: CommandContext, run: RunToResolve): Promise<string> {
  const queue = (await source.connectIfAlive()) ? await source.queue() : undefined;
  const dry = await dryRun({ ...run, capacity: async () => Promise.resolve(queue?.capacity) });
  return (await dryRunDocument(dry, { ...run, home, queue })).trimEnd();
}

/** The run's own; or, where its user has left it, 75 and how to come back to it. */
export function exitCodeOfFollowed(context: CommandContext, { run, left }: Followed): number {
  const { terminal } = context;
  if (!left) return exitCodeOfRun(run);
  const id = shortId(run.id);
  terminal.say(`The run ${run.id} goes on: "sidelab show ${id}" shows it, "sidelab cancel ${id}" ends it.`);
  sayRunsEnd(context);
  return exitCodes.left;
}

/** Who leaves a run must know where it does not go on. */
function sayRunsEnd({ source, terminal }: CommandContext): void {
  if (source.runsEnd) terminal.say(describeRunsEnd(source.runsEnd));
}

async function readText(filePath: string): Promise<string> {
  try {
    return await readFile(filePath, 'utf8');
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT', 'ENOTDIR')) {
      throw new Failure('InvalidInput', `There is no file ${filePath}.`, { cause: error });
    }
    if (hasErrorCode(error, 'EISDIR')) {
      throw new Failure('InvalidInput', `${filePath} is a folder.`, { hint: 'Name a run file.', cause: error });
    }
    if (hasErrorCode(error, 'EACCES', 'EPERM')) {
      throw new Failure('InvalidInput', `${filePath} may not be read.`, { cause: error });
    }
    throw error;
  }
}
