/** `sidelab export RUN`: all points of a run as CSV or JSON lines, on stdout or into a file. */
import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { type ExportFormat, exportSeries } from '../core/series/exportSeries';
import type { CommandContext } from './context';
import { exitCodes } from './exitCodes';

export interface ExportOptions {
  /** Absent is all. */
  readonly metric?: readonly string[];
  readonly format: ExportFormat;
  readonly output?: string;
}

export async function exportCommand(
  { source, terminal, cwd }: CommandContext,
  reference: string,
  { metric = [], format, output }: ExportOptions,
): Promise<number> {
  const { run } = await source.run(reference);
  const parts = exportSeries(source, run.id, { format, metrics: metric });
  if (output === undefined) {
    for await (const part of parts) terminal.output(Buffer.from(part));
    return exitCodes.done;
  }
  const file = path.resolve(cwd, output);
  // Under another name until it is whole: half an export looks like one.
  const draft = `${file}.part`;
  const handle = await open(draft, 'w');
  try {
    for await (const part of parts) await handle.write(part);
    await handle.close();
    await rename(draft, file);
  } catch (error) {
    await handle.close();
    await rm(draft, { force: true });
    throw error;
  }
  return exitCodes.done;
}
