/**
 * The end of an output as lines that a person reads, and those of them that tell of an error: the last traceback with what it
 * came from, or else the last lines, each said once.
 */
import { stripVTControlCharacters } from 'node:util';
import { chained, tracebackStart, withoutRank } from './tracebackRules';

/** Of a line that was drawn over the last state; no colours. */
export function readableLines(bytes: Uint8Array, isCut: boolean): readonly string[] {
  const text = stripVTControlCharacters(new TextDecoder().decode(bytes));
  const lines = text.replace(/\n$/, '').split('\n');
  // It begins in the midst of a line.
  if (isCut) lines.shift();
  return lines.map((line) => withoutRank(line.replace(/\r+$/, '').split('\r').at(-1) ?? ''));
}

const mostLines = 30;
const mostLength = 300;

/** What one would look for in the output by hand; empty when nothing was written. */
export function lastErrorLines(lines: readonly string[]): readonly string[] {
  const told = lines.filter((line) => line.trim() !== '');
  const chosen = lastTraceback(told) ?? withoutRepeats(told).slice(-15);
  return chosen.map((line) => (line.length > mostLength ? `${line.slice(0, mostLength)}…` : line));
}

/** Python's, if the output ends with one: those that it was raised from with it, shortened in the middle. */
function lastTraceback(lines: readonly string[]): readonly string[] | undefined {
  const starts = lines.flatMap((line, at) => (tracebackStart.test(line) ? [at] : []));
  let start = starts.at(-1);
  if (start === undefined) return undefined;
  // What comes after it is usually a line or two of whoever started it.
  if (lines.length - endOfTraceback(lines, start) > 10) return undefined;
  for (const earlier of starts.slice(0, -1).reverse()) {
    if (!lines.slice(earlier, start).some((line) => chained.test(line))) break;
    start = earlier;
  }
  const block = lines.slice(start);
  if (block.length <= mostLines) return block;
  return [...block.slice(0, 4), `  … ${block.length - mostLines} lines …`, ...block.slice(4 - mostLines)];
}

/** Behind the line that names the exception: the first that is not indented. */
function endOfTraceback(lines: readonly string[], start: number): number {
  const end = lines.findIndex((line, at) => at > start && !/^\s/.test(line));
  return end < 0 ? lines.length : end + 1;
}

/** Of lines that differ in numbers alone (times, counters) the last, with how often it came. */
function withoutRepeats(lines: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  const last: string[] = [];
  for (const line of [...lines].reverse()) {
    const shape = line.replaceAll(/\d+/g, '0').trim();
    const count = counts.get(shape) ?? 0;
    counts.set(shape, count + 1);
    if (count === 0) last.unshift(line);
  }
  return last.map((line) => {
    const count = counts.get(line.replaceAll(/\d+/g, '0').trim()) ?? 1;
    return count === 1 ? line : `${line}  (${count} times)`;
  });
}

/** "ValueError: bad shape": the line that names the exception of the last traceback, with its message. */
export function lastException(lines: readonly string[]): string | undefined {
  const start = lines.findLastIndex((line) => tracebackStart.test(line));
  if (start < 0) return undefined;
  const end = lines.findIndex((line, at) => at > start && line.trim() !== '' && !/^[\s|]/.test(line));
  return end < 0 ? undefined : lines[end];
}
