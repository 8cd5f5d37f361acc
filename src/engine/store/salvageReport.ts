/** What a salvage has to say: in a sentence or three for a notice, and in full for the file beside the damaged store. */
import path from 'node:path';
import type { TableCounts } from './salvageRows';

/** What was kept, and what is known to be lost. */
export interface Salvaged {
  readonly tables: readonly TableCounts[];
  /** How many runs are known by their attempts or folders only. */
  readonly found: number;
  /** Runs that have a folder, and that the new store does not know. */
  readonly unknownRuns: readonly string[];
  readonly mended: readonly string[];
}

export interface SalvageFacts {
  readonly why: string;
  readonly kept: Salvaged;
  /** Where the damaged store lies now. */
  readonly damaged: string;
  readonly atMs: number;
}

/** More ids than this make a notice unreadable; all of them are in the report. */
const shownRuns = 5;

export function describeSalvage({ why, kept, damaged }: SalvageFacts): string {
  const rows = (table: string): number => kept.tables.find((counts) => counts.table === table)?.rows ?? 0;
  const parts = [
    `Sidelab’s store was damaged: ${why}. ${countOf(rows('run'), 'run')} could be read and kept.`,
    ...(kept.found > 0 ? [`${countOf(kept.found, 'more run')} found again by what the folders hold.`] : []),
    ...(kept.unknownRuns.length > 0
      ? [`Lost, with folders that are still there: ${countOf(kept.unknownRuns.length, 'run')} (${shorten(kept)}).`]
      : []),
    ...(isIncomplete(kept) ? ['Points, events or attempts of others may be missing.'] : []),
    `The damaged file is kept as ${path.basename(damaged)}.`,
  ];
  return parts.join(' ');
}

export function reportSalvage({ why, kept, damaged, atMs }: SalvageFacts): string {
  const lines = [
    `Sidelab found its store damaged on ${new Date(atMs).toISOString()}: ${why}.`,
    `The damaged file is kept, with its log where it had one: ${damaged}`,
    'Sidelab never deletes it. When you miss nothing, you can.',
    '',
    'What was kept:',
    ...kept.tables.map(({ table, rows, orphans, unsound, whole }) => {
      const notes = [
        ...(whole ? [] : ['a part could not be read']),
        ...(orphans > 0 ? [`${orphans} without what they belong to were dropped`] : []),
        ...(unsound > 0 ? [`${unsound} that made no sense were dropped`] : []),
      ];
      return `  ${table}: ${countOf(rows, 'row')}${notes.length > 0 ? ` (${notes.join('; ')})` : ''}`;
    }),
  ];
  if (kept.mended.length > 0) lines.push('', 'What was mended:', ...kept.mended.map((line) => `  ${line}`));
  if (kept.unknownRuns.length > 0) {
    const folder = path.join(path.dirname(damaged), 'runs');
    lines.push('', 'Runs that are lost, but whose folders (output, run log, checkpoints) are still there:');
    for (const id of kept.unknownRuns) lines.push(`  ${path.join(folder, id)}`);
  }
  return `${lines.join('\n')}\n`;
}

const isIncomplete = ({ tables }: Salvaged): boolean =>
  tables.some(({ whole, orphans, unsound }) => !whole || orphans > 0 || unsound > 0);

function shorten({ unknownRuns }: Salvaged): string {
  const more = unknownRuns.length - shownRuns;
  return unknownRuns.slice(0, shownRuns).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

const countOf = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
