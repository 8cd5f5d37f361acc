/** `sidelab export RUN`: all points of a run as CSV or JSON lines, on stdout or into a file. */
import path from 'node:path';
import { exportToFile } from '../core/series/exportFile';
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
  if (output === undefined) for await (const part of parts) await terminal.outputAsRead(Buffer.from(part));
  else await exportToFile(parts, path.resolve(cwd, output));
  return exitCodes.done;
}
