/**
 * What is submitted of a run file. One of thousands of tasks is read and resolved by the language server, and decoded here part by
 * part: the extension host, which all extensions share, has other things to do in between. A short one needs no other process,
 * and is not kept waiting for one.
 */
import { type Static, type TSchema, Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import type { Uri } from 'vscode';
import { Failure } from '../../base/failure';
import { parseJsonTree, withoutByteOrderMark } from '../../core/runFiles/jsonTree';
import { outlineOf } from '../../core/runFiles/outline';
import { resolveRun } from '../../core/runFiles/resolveRun';
import type { Source } from '../../core/source';
import { type Submission, SubmissionSchema, TaskSubmissionSchema } from '../../protocol/engine';
import type { Resolved } from '../../protocol/language';
import { fileToPlan } from './fileToPlan';
import { withSurroundings } from './fileToResolve';
import type { RunFileLanguage } from './runFileLanguage';

/** Beyond these a file would keep the host for longer than a frame or two. */
const longText = 32_768;
const manyPrograms = 200;

export interface FileToSubmit {
  readonly uri: Uri;
  readonly text: string;
}

/** For a workspace that is trusted. `direct` is a file that runs in a terminal. Throws what is wrong with the file. */
export async function submissionOf(
  file: FileToSubmit,
  source: Source,
  language: Pick<RunFileLanguage, 'ask'>,
): Promise<Submission | 'direct'> {
  return isLarge(file.text) ? elsewhere(file, source, language) : here(file, source);
}

function isLarge(text: string): boolean {
  if (text.length > longText) return true;
  const root = parseJsonTree(withoutByteOrderMark(text));
  return ((root && outlineOf(root)?.extent.programs) ?? 0) > manyPrograms;
}

async function elsewhere(
  file: FileToSubmit,
  source: Source,
  language: Pick<RunFileLanguage, 'ask'>,
): Promise<Submission | 'direct'> {
  const { uri, text } = file;
  const asked = language.ask('sidelab/resolveRun', { file: { ...fileToPlan(uri), text } });
  const answer = await asked.catch((error: unknown) => {
    // A run does not wait for a process that cannot be had: the window is slow for a moment.
    if (error instanceof Failure && error.code === 'Unavailable') return undefined;
    throw error;
  });
  if (!answer) return here(file, source);
  if (answer.kind === 'direct') return 'direct';
  if (answer.kind === 'refused') throw Failure.fromData(answer.failure);
  if (answer.kind === 'textNeeded') throw new Error('The language server asks for a text that it was given.');
  return decodeInParts(answer);
}

async function here({ uri, text }: FileToSubmit, source: Source): Promise<Submission | 'direct'> {
  const given = await withSurroundings(uri, text);
  return given.file.direct ? 'direct' : resolveRun({ ...given, capacity: async () => (await source.queue()).capacity });
}

const TaskSubmissionsSchema = Type.Array(TaskSubmissionSchema);

async function decodeInParts({ run, tasks }: Resolved): Promise<Submission> {
  const submission = decode(SubmissionSchema, run);
  if (tasks.length === 0) return submission;
  const all: NonNullable<Submission['tasks']> = [];
  for (const part of tasks) {
    await new Promise((resolve) => setImmediate(resolve));
    all.push(...decode(TaskSubmissionsSchema, part));
  }
  await new Promise((resolve) => setImmediate(resolve));
  return { ...submission, tasks: all };
}

function decode<T extends TSchema>(schema: T, json: string): Static<T> {
  const value: unknown = JSON.parse(json);
  if (Value.Check(schema, value)) return value;
  throw new Error('What the language server has resolved is no submission.');
}
