/**
 * A command line as a POSIX shell reads it, as far as a run file can say the same without a shell: words with their quotes
 * taken off, commands joined by `&&`. For everything else (pipes, redirections, substitutions, patterns, control flow)
 * there is `undefined`: only a shell does those.
 */

/** A text in which a run file's references stand for what the shell would have filled in; all else is escaped. */
export type ReferenceText = string;

export interface ShellCommand {
  /** `NAME=value` before the program. */
  readonly assignments: readonly (readonly [name: string, value: ReferenceText])[];
  readonly words: readonly ReferenceText[];
}

export interface ShellLine {
  /** Joined by `&&`, in order. */
  readonly commands: readonly ShellCommand[];
  /** A single `&` stood at the end: all of them together go on behind the shell. */
  readonly isBackground: boolean;
}

/** Literal text in a run file's `command`, `cwd` and `env`: of dollars before a brace each is doubled. */
export const escapeReferences = (text: string): ReferenceText =>
  text.replace(/\$+(?=\{)/g, (dollars) => dollars + dollars);

/** Back from `escapeReferences`, of a text without references. */
export const unescapeReferences = (text: ReferenceText): string =>
  text.replace(/(\$+)(?=\{)/g, (dollars) => dollars.slice(dollars.length / 2));

/** True when something is left to be filled in. */
export const hasReference = (text: ReferenceText): boolean => /(?<!\$)(?:\$\$)*\$\{/.test(text);

/** Words that begin a construct of the shell, or that only a shell knows, where a program would stand. */
const reserved = new Set(
  '! { } [[ case do done elif else esac fi for function if in select then time until while . : alias bg break continue eval exec exit fg read readonly return set shift source times trap type ulimit umask unalias unset wait'.split(
    ' ',
  ),
);

/** Undefined when it takes a shell, or when the quotes do not match. */
export function readShellLine(text: string): ShellLine | undefined {
  const commands: ShellCommand[] = [];
  let assignments: (readonly [string, ReferenceText])[] = [];
  let words: ReferenceText[] = [];
  const endCommand = (): boolean => {
    if (words.length === 0 && assignments.length === 0) return false;
    commands.push({ assignments, words });
    assignments = [];
    words = [];
    return true;
  };
  let at = 0;
  for (;;) {
    at = skipBlanks(text, at);
    if (text[at] === '#') while (at < text.length && text[at] !== '\n') at += 1;
    if (text[at] === '\n') {
      // Another line is another command, unless it is empty.
      if ((words.length > 0 || commands.length > 0) && !isAtEnd(text, at)) return undefined;
      at += 1;
      continue;
    }
    if (at >= text.length) break;
    if (text.startsWith('&&', at)) {
      if (!endCommand()) return undefined;
      // A line may be broken after it.
      at += 2;
      while (/\s/.test(text[at] ?? '')) at += 1;
      continue;
    }
    if (text[at] === '&' && isAtEnd(text, at + 1)) {
      if (!endCommand()) return undefined;
      return { commands, isBackground: true };
    }
    const word = readWord(text, at);
    if (!word) return undefined;
    at = word.end;
    const source = text.slice(word.start, word.end);
    const assigned = words.length === 0 ? /^([A-Za-z_]\w*)=/.exec(source) : null;
    // Only in an assignment a home may stand within a word.
    if (assigned && /[=:]~/.test(source)) return undefined;
    if (assigned?.[1] !== undefined) {
      assignments.push([assigned[1], word.text.slice(assigned[0].length)]);
    } else {
      if (words.length === 0 && !activates(text, word) && reserved.has(source)) return undefined;
      words.push(word.text);
    }
  }
  // Nothing comes after the last `&&`.
  if (!endCommand() && commands.length > 0) return undefined;
  return { commands, isBackground: false };
}

/** `source .venv/bin/activate` is a run file's `python`, and not only a shell's. */
const activates = (text: string, { start, end }: { readonly start: number; readonly end: number }): boolean =>
  ['source', '.'].includes(text.slice(start, end)) && /^[ \t]+\S*\/bin\/activate(?:[ \t]|$|&)/.test(text.slice(end));

const isAtEnd = (text: string, at: number): boolean => /^(?:\s|#.*)*$/.test(text.slice(at));

/** A backslash before the end of a line joins it with the next one. */
function skipBlanks(text: string, from: number): number {
  let at = from;
  for (;;) {
    if (text[at] === ' ' || text[at] === '\t') at += 1;
    else if (text.startsWith('\\\n', at)) at += 2;
    else return at;
  }
}

interface Word {
  readonly start: number;
  readonly end: number;
  readonly text: ReferenceText;
}

function readWord(text: string, start: number): Word | undefined {
  // Whether dollars before a brace are ours is known only when all of the word is: literal parts are escaped together.
  const parts: { readonly kind: 'literal' | 'reference'; readonly text: string }[] = [];
  const add = (kind: 'literal' | 'reference', part: string): void => void parts.push({ kind, text: part });
  let at = start;
  while (at < text.length) {
    const character = text[at] ?? '';
    if (/[ \t\n]/.test(character)) break;
    if (text.startsWith('&&', at) || (character === '&' && isAtEnd(text, at + 1))) break;
    if (/[|&;<>()`]/.test(character) || (character === '{' && isBraceExpansion(text, at))) return undefined;
    // A pattern; behind a sign of equality (`layers=[64,32]`) it would have to be the name of a file that begins so.
    if (/[*?[\]]/.test(character) && !text.slice(start, at).includes('=')) return undefined;
    if (character === '~' && at === start) {
      if (!/[/\s]/.test(text[at + 1] ?? ' ')) return undefined;
      add('reference', '${userHome}');
      at += 1;
    } else if (character === '\\') {
      if (at + 1 >= text.length) return undefined;
      if (text[at + 1] !== '\n') add('literal', text[at + 1] ?? '');
      at += 2;
    } else if (character === "'") {
      const end = text.indexOf("'", at + 1);
      if (end < 0) return undefined;
      add('literal', text.slice(at + 1, end));
      at = end + 1;
    } else if (character === '"') {
      const end = readDoubleQuoted(text, at + 1, add);
      if (end === undefined) return undefined;
      at = end;
    } else if (character === '$') {
      const end = readVariable(text, at, add);
      if (end === undefined) return undefined;
      at = end;
    } else {
      add('literal', character);
      at += 1;
    }
  }
  return { start, end: at, text: joined(parts) };
}

/** The position after the closing quote. */
function readDoubleQuoted(
  text: string,
  from: number,
  add: (kind: 'literal' | 'reference', part: string) => void,
): number | undefined {
  let at = from;
  while (at < text.length) {
    const character = text[at] ?? '';
    if (character === '"') {
      add('literal', '');
      return at + 1;
    }
    if (character === '`') return undefined;
    if (character === '\\') {
      const next = text[at + 1] ?? '';
      if (next !== '\n') add('literal', /[$`"\\]/.test(next) ? next : `\\${next}`);
      at += 2;
    } else if (character === '$') {
      const end = readVariable(text, at, add);
      if (end === undefined) return undefined;
      at = end;
    } else {
      add('literal', character);
      at += 1;
    }
  }
  return undefined;
}

/** `$NAME` and `${NAME}`; a dollar before anything that is no name is a dollar. */
function readVariable(
  text: string,
  at: number,
  add: (kind: 'literal' | 'reference', part: string) => void,
): number | undefined {
  const name = /^\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})/.exec(text.slice(at, at + 300));
  if (name) {
    add('reference', `\${env:${name[1] ?? name[2] ?? ''}}`);
    return at + name[0].length;
  }
  // `$(…)`, `${NAME:-…}`, `$1`, `$?`, `$'…'`: a shell's.
  if (/^\$[({\d?@*#!$'"-]/.test(text.slice(at, at + 2))) return undefined;
  add('literal', '$');
  return at + 1;
}

/** `{a,b}` and `{1..3}` in the shells that people type in. */
const isBraceExpansion = (text: string, at: number): boolean => /^\{[^\s{}]*(?:,|\.\.)[^\s{}]*\}/.test(text.slice(at));

function joined(parts: readonly { readonly kind: 'literal' | 'reference'; readonly text: string }[]): ReferenceText {
  let all = '';
  let literal = '';
  for (const { kind, text } of parts) {
    if (kind === 'literal') literal += text;
    else {
      // Dollars right before a reference are read in pairs.
      all += escapeReferences(literal).replace(/\$+$/, (dollars) => dollars + dollars) + text;
      literal = '';
    }
  }
  return all + escapeReferences(literal);
}
