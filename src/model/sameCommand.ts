/**
 * Whether a run executed the command that a run file has now. What was executed has its references filled and its program found:
 * the same words of the file gave it, with whatever parameters.
 */
import { textParts } from './references';

/** `written` as it stands in the run file; `executed` as the run was submitted. */
export function isSameCommand(written: readonly string[], executed: readonly string[]): boolean {
  const [program, ...words] = written;
  const [found, ...given] = executed;
  if (program === undefined || found === undefined || !isSameProgram(program, found)) return false;
  return isSameWords(words, given);
}

/** Words by themselves that stand for any number of words. */
const manyWords = /^\$\{(?:parameters:flags|inputs\.[^{}]+)\}$/;

/** As wildcards are matched: the last word that stands for many takes one more whenever what follows does not fit. */
function isSameWords(written: readonly string[], executed: readonly string[]): boolean {
  let [at, given] = [0, 0];
  let many: { readonly at: number; given: number } | undefined;
  while (given < executed.length) {
    const word = written[at];
    if (word !== undefined && manyWords.test(word)) {
      many = { at, given };
      at += 1;
    } else if (word !== undefined && fits(word, executed[given] ?? '')) {
      at += 1;
      given += 1;
    } else if (many) {
      many.given += 1;
      at = many.at + 1;
      given = many.given;
    } else return false;
  }
  return written.slice(at).every((word) => manyWords.test(word));
}

/** The program was looked for in PATH, or is the interpreter that was selected. */
function isSameProgram(written: string, executed: string): boolean {
  const [name, found] = [baseName(written), baseName(executed)];
  return fits(name, found) || (/^python3?$/.test(name) && /^python[\d.]*$/.test(found));
}

const baseName = (file: string): string => (file.split(/[\\/]/).at(-1) ?? file).replace(/\.(?:exe|cmd|bat)$/i, '');

/** What stands between references is in the text, in that order. */
function fits(written: string, executed: string): boolean {
  if (!written.includes('${')) return written === executed;
  const literals = [''];
  for (const part of textParts(written)) {
    if (part.kind === 'reference') literals.push('');
    else literals[literals.length - 1] += part.kind === 'open' ? part.source : part.text;
  }
  const [first = '', ...rest] = literals;
  const last = rest.pop();
  if (last === undefined) return first === executed;
  if (!executed.startsWith(first)) return false;
  let at = first.length;
  for (const literal of rest) {
    const found = executed.indexOf(literal, at);
    if (found < 0) return false;
    at = found + literal.length;
  }
  return executed.length - last.length >= at && executed.endsWith(last);
}
