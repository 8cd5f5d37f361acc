/**
 * A run file from a command line as it was typed in a terminal, or pasted from a README. What the run would execute is
 * what a shell would have executed: where a run file cannot say it, it becomes a `script`, which a shell reads. (A variable
 * outside quotes is one word here, whatever it holds.)
 */
import path from 'node:path';
import { Failure } from '../../base/failure';
import { secretNamePattern } from '../../model/references';
import { findParameters } from './commandParameters';
import { hasReference, readShellLine, type ReferenceText, type ShellCommand, unescapeReferences } from './shellLine';
import { type Entry, Entries, fileNameOf, type NewRunFile, writeRunFile } from './writeRunFile';

/** Throws `InvalidInput` for what is no command line. */
export function runFileOfCommandLine(typed: string): NewRunFile {
  const text = withoutPrompts(typed).trim();
  if (text === '') {
    throw new Failure('InvalidInput', 'The command line is empty.', {
      hint: 'Write what you would type in a terminal, such as: python train.py --lr 0.1',
    });
  }
  if (text.includes('\0')) throw new Failure('InvalidInput', 'A command line has no NUL character.');
  const quote = text.includes('<<') ? undefined : findOpenQuote(text);
  if (quote !== undefined) {
    throw new Failure('InvalidInput', `The command line has a ${quote} that is not closed.`, {
      hint: `Close it, or write \\${quote} for the character itself.`,
    });
  }
  const entries = asCommand(text) ?? asScript(text);
  return { text: writeRunFile(entries), name: nameOf(text) };
}

function asScript(text: string): readonly Entry[] {
  const looksLikeReference = /\$\{(?:parameters|run|tasks|env|secret)[.:}]/.test(text);
  return [
    {
      key: 'script',
      // Left running, it would be nobody's.
      value: text.replace(/(?<![&|;<>])&\s*$/, '').trim(),
      comment: looksLikeReference
        ? 'The shell reads this: no ${…} of a run file is filled in here.'
        : 'Run by sh, which stops at the first command that fails.',
    },
  ];
}

/** Undefined when it takes a shell. */
function asCommand(text: string): readonly Entry[] | undefined {
  const line = readShellLine(text);
  if (!line) return undefined;
  const before = line.commands.slice(0, -1);
  const last = line.commands.at(-1);
  const around = last && readSurroundings(before);
  if (!around) return undefined;
  const words = last.words[0] === 'nohup' ? last.words.slice(1) : last.words;
  const [program] = words;
  if (program === undefined || program === 'cd' || program === 'export' || findActivation(last)) {
    throw new Failure('InvalidInput', 'The command line names no program.', {
      hint: 'Write what you would type in a terminal, such as: python train.py --lr 0.1',
    });
  }
  const { cwd, python } = around;
  const env = new Map([...around.env, ...last.assignments]);
  const isUsed = [cwd ?? '', ...words, ...env.values()].some((part) =>
    Array.from(env.keys()).some((name) => part.includes(`\${env:${name}}`)),
  );
  // A variable that is set and read in one line: here it would be the submitter's.
  if (isUsed) return undefined;
  const found = findParameters(words);
  return [
    {
      key: 'command',
      value: found.words,
      comment: line.isBackground ? 'Runs go on when the window is closed.' : undefined,
    },
    ...(Object.keys(found.parameters).length === 0 ? [] : [{ key: 'parameters', value: opened(found.parameters) }]),
    ...(cwd === undefined ? [] : [{ key: 'cwd', value: cwd, comment: 'Relative to this file’s folder.' }]),
    ...(env.size === 0 ? [] : [{ key: 'env', value: new Entries(Array.from(env, variable)) }]),
    ...(python === undefined ? [] : [{ key: 'python', value: python }]),
  ];
}

interface Surroundings {
  readonly cwd: ReferenceText | undefined;
  readonly env: ReadonlyMap<string, ReferenceText>;
  readonly python: { readonly venv: string } | { readonly conda: string } | undefined;
}

/** What is done before the program starts, as keys of a run file. */
function readSurroundings(commands: readonly ShellCommand[]): Surroundings | undefined {
  let cwd: string | undefined;
  let python: Surroundings['python'];
  const env = new Map<string, ReferenceText>();
  for (const command of commands) {
    const { words, assignments } = command;
    const [program, first, second] = words;
    const isPlain = assignments.length === 0 && first !== undefined;
    if (!isPlain) return undefined;
    const activated = findActivation(command);
    if (activated) python = 'venv' in activated ? { venv: within(cwd, activated.venv) } : activated;
    else if (program === 'cd' && second === undefined && first !== '' && !first.startsWith('-'))
      cwd = within(cwd, first);
    else if (program === 'export') {
      for (const word of words.slice(1)) {
        const [, name, value] = /^([A-Za-z_]\w*)=([^]*)$/.exec(word) ?? [];
        if (name === undefined || value === undefined) return undefined;
        env.set(name, value);
      }
    } else return undefined;
  }
  return { cwd, env, python };
}

function findActivation({ words }: ShellCommand): { readonly venv: string } | { readonly conda: string } | undefined {
  const [program = '', first, second, third] = words;
  if (first === undefined) return undefined;
  const venv = /^(.+)\/bin\/activate$/.exec(first)?.[1];
  if ((program === 'source' || program === '.') && venv !== undefined && second === undefined) return { venv };
  const isConda = /^(?:conda|mamba|micromamba)$/.test(program) && first === 'activate' && third === undefined;
  return isConda && second !== undefined ? { conda: second } : undefined;
}

const within = (folder: string | undefined, inner: string): string =>
  folder === undefined || path.posix.isAbsolute(inner) || hasReference(inner) ? inner : path.posix.join(folder, inner);

/** Names that end so hold what belongs into no file. */
const secretLooking =
  /(?:^|_)(?:TOKEN|SECRET|PASSWORD|PASSWD|API_?KEY|ACCESS_KEY|SECRET_KEY|PRIVATE_KEY|CREDENTIALS?)$/i;

function variable([name, value]: readonly [string, ReferenceText]): Entry {
  if (value !== '' && !hasReference(value) && secretLooking.test(name) && new RegExp(secretNamePattern).test(name)) {
    const comment =
      'Its value is kept out of files: you are asked for it when you submit, or use “Sidelab: Set Secret”.';
    return { key: name, value: `\${secret:${name}}`, comment };
  }
  return { key: name, value };
}

/** Objects in objects, a key a line. */
function opened(value: Readonly<Record<string, unknown>>): Entries {
  return new Entries(Object.entries(value).map(([key, part]) => ({ key, value: part })));
}

/**
 * Lines that a box for one line has put together: it leaves out their ends, so that of a line that goes on in the next one
 * a backslash stays, which would make a blank or a dash a part of a word.
 */
export const pastedInOneLine = (text: string): string => text.replaceAll(/ \\(?: {2,}|(?=-))/g, ' ');

/** As it is pasted from a README: prompts before the lines, and lines that end as on Windows. */
function withoutPrompts(typed: string): string {
  const lines = typed.replaceAll('\r\n', '\n').trim().split('\n');
  if (!/^[$%\u276f](?: |$)/.test(lines[0] ?? '')) return lines.join('\n');
  return lines.map((line) => line.replace(/^\s*[$%\u276f>](?: |$)/, '')).join('\n');
}

/** The quotation mark that is open at the end. */
function findOpenQuote(text: string): "'" | '"' | undefined {
  let open: "'" | '"' | undefined;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (open === "'") open = character === "'" ? undefined : open;
    else if (character === '\\') at += 1;
    else if (open === '"') open = character === '"' ? undefined : open;
    else if (character === "'" || character === '"') open = character;
    else if (character === '#' && /^$|\s/.test(text[at - 1] ?? '')) {
      const end = text.indexOf('\n', at);
      at = end < 0 ? text.length : end;
    }
  }
  return open;
}

/** The file or module that is run, else the program. */
function nameOf(text: string): string {
  const words = readShellLine(text)?.commands.at(-1)?.words.map(unescapeReferences) ?? text.split(/\s+/);
  const module = words.indexOf('-m');
  const file = words.find((word) => /^[^-=][^=]*\.(?:py|m?js|cjs|m?ts|sh|jl|R)$/.test(word));
  const named =
    file ?? (module > 0 ? words[module + 1] : undefined) ?? words.find((word) => /^[\w./-]+$/.test(word)) ?? '';
  return fileNameOf(path.posix.basename(named).replace(/\.\w+$/, ''));
}
