/** *Diff Runs*: how two runs differ, in parameters, command, run file, environment, code, inputs and metrics. */
import { Failure } from '../../base/failure';
import type { RunId } from '../../model/ids';
import type { Source } from '../source';
import { compareCode, type CodeQuestion } from './compareCode';
import {
  compareCommand,
  type ComparedRun,
  compareEnvironments,
  compareInputs,
  compareMetrics,
  compareParameters,
  compareRunFiles,
} from './compareParts';
import type { ComparedPart, Comparison } from './comparison';

export type ComparedSource = Pick<Source, 'run' | 'runFile' | 'inputs' | 'metrics' | 'compareEnvironments'>;

/** `before` and `now` are references as `Source.run` takes them. Throws `InvalidInput` for a run and itself. */
export async function compareRuns(
  source: ComparedSource,
  { before, now }: { readonly before: string; readonly now: string },
  question: CodeQuestion,
): Promise<Comparison> {
  const [a, b] = await Promise.all([before, now].map(async (reference) => readComparedRun(source, reference)));
  if (!a || !b) throw new Error('Two runs were read.');
  const [first, second] = [a.detail.run, b.detail.run];
  if (first.id === second.id) {
    throw new Failure('InvalidInput', `Both are the run "${first.name}".`, { hint: 'Name two different runs.' });
  }
  return { before: first, now: second, parts: await comparedParts(source, { before: a, now: b }, question) };
}

export async function comparedParts(
  source: Pick<Source, 'compareEnvironments'>,
  { before, now }: { readonly before: ComparedRun; readonly now: ComparedRun },
  question: CodeQuestion,
): Promise<readonly ComparedPart[]> {
  const [environments, code] = await Promise.all([
    source.compareEnvironments(before.detail.run.id, now.detail.run.id),
    codePart(before, now, question),
  ]);
  return [
    compareParameters(before, now),
    compareCommand(before, now),
    compareRunFiles(before, now),
    code,
    compareEnvironments(environments),
    compareInputs(before, now),
    compareMetrics(before, now),
  ];
}

export async function readComparedRun(source: ComparedSource, reference: RunId | string): Promise<ComparedRun> {
  const detail = await source.run(reference);
  const { id } = detail.run;
  const [runFile, inputs, metrics] = await Promise.all([source.runFile(id), source.inputs(id), source.metrics(id)]);
  return { detail, runFile, inputs, metrics };
}

async function codePart(before: ComparedRun, now: ComparedRun, question: CodeQuestion): Promise<ComparedPart> {
  const given = { before: before.detail.code, now: now.detail.code };
  const { state, changes, note, files, unified } = await compareCode(given, question);
  const texts = files.map(({ name, withoutText, ...texts }) =>
    withoutText === undefined
      ? { name, ...texts }
      : { name: `${name}.txt`, before: `(${withoutText})\n`, now: `(${withoutText}, and different)\n` },
  );
  return {
    name: 'code',
    state,
    changes,
    texts,
    ...(note === undefined ? {} : { note }),
    ...(unified === undefined || unified === '' ? {} : { unified }),
  };
}
