/**
 * The files that a run file names, as links: relative to the folder that each key means (`resolveLaunch.ts`, `inputs.ts`),
 * and only those that are there. Nobody waits for it, but a disk can be slow: it looks for a few hundred files at most.
 */
import type { Node } from 'jsonc-parser';
import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DocumentLink } from 'vscode-languageserver-types';
import { findWorkspaceFolder } from '../../core/runFiles/earlyReferences';
import { isUrl } from '../../model/input';
import { fillReferences } from '../../model/references';
import type { EditedDocument } from '../editedDocument';
import { NavigationIndex } from './navigationIndex';
import { rangeOf } from './references';
import type { RunPart, Span } from './runParts';
import { WrittenText } from './writtenText';

/** How many different paths are looked for, those at the top of the file first. */
export const maxLooks = 200;
const looksAtOnce = 8;
/** Thousands of tasks may name the same file: those at the top of the file have the links. */
const maxLinks = 1000;

/** What may be the path of a file. */
interface Candidate {
  /** What is clicked on. */
  readonly span: Span;
  /** Absolute. */
  readonly path: string;
  /** A folder is no file to open, unless the key is there for one. */
  readonly mayBeFolder: boolean;
}

export async function linksIn(document: EditedDocument): Promise<DocumentLink[]> {
  const { root } = NavigationIndex.of(document);
  const file = document.path;
  if (!root || file === undefined) return [];
  const looked = new Map<string, Promise<'file' | 'folder' | undefined>>();
  const turns = new Turns(looksAtOnce);
  const links: Promise<DocumentLink | undefined>[] = [];
  const workspace = document.text.includes('workspaceFolder')
    ? await findWorkspaceFolder(path.dirname(file))
    : undefined;
  for (const candidate of new Candidates(document.text, file, workspace).of(root)) {
    let look = looked.get(candidate.path);
    if ((!look && looked.size >= maxLooks) || links.length >= maxLinks) break;
    look ??= turns.take(async () => kindOf(candidate.path));
    looked.set(candidate.path, look);
    links.push(look.then((kind) => (isMeant(candidate, kind) ? linkTo(document, candidate) : undefined)));
  }
  return (await Promise.all(links)).filter((link) => link !== undefined);
}

const isMeant = ({ mayBeFolder }: Candidate, kind: 'file' | 'folder' | undefined): boolean =>
  kind === 'file' || (kind === 'folder' && mayBeFolder);

const linkTo = (document: EditedDocument, { span, path: file }: Candidate): DocumentLink => ({
  range: rangeOf(document, span),
  target: pathToFileURL(file).href,
});

class Candidates {
  readonly #source: string;
  readonly #folder: string;
  readonly #known: ReadonlyMap<string, string>;

  constructor(source: string, runFile: string, workspace: string | undefined) {
    const folder = path.dirname(runFile);
    this.#source = source;
    this.#folder = folder;
    this.#known = new Map([
      ['workspaceFolder', workspace ?? folder],
      ['runFile', runFile],
      ['runFileDirname', folder],
      ['userHome', homedir()],
    ]);
  }

  /** In the order of the file, as far as somebody goes on asking. */
  *of(part: RunPart): Generator<Candidate> {
    for (const [key, node] of part.keys) {
      if (key === 'cwd') yield* this.#whole(node, this.#folder, true);
      if (key === 'envFile') for (const text of elements(node)) yield* this.#whole(text, this.#folder, false);
      if (key === 'inputs') {
        for (const { children } of node.children ?? []) {
          for (const text of children?.[1] ? elements(children[1]) : []) yield* this.#whole(text, this.#folder, true);
        }
      }
      if (key === 'command') yield* this.#words(part, node);
      if (key === 'script') yield* this.#script(part, node);
      if (key === 'tasks' || key === 'group') for (const inner of part.parts) yield* this.of(inner);
    }
  }

  /** A program without a slash is looked up in PATH, and is no file beside the run file. */
  *#words(part: RunPart, command: Node): Generator<Candidate> {
    const cwd = this.#cwdOf(part);
    for (const [index, word] of (command.children ?? []).entries()) {
      if (word.type !== 'string') continue;
      const text = String(word.value);
      if (index === 0 && !/[\\/]/.test(text)) continue;
      // `--config=conf/a.json` names a file behind its `=`.
      const flag = index === 0 ? null : /^--?[\w.-]+=/.exec(text);
      yield* this.#candidate(word, { start: flag?.[0].length ?? 0, end: text.length }, cwd, false);
    }
  }

  /** Words of the shell that look like paths; what it makes of quotes and variables is not known here. */
  *#script(part: RunPart, script: Node): Generator<Candidate> {
    if (script.type !== 'string') return;
    const cwd = this.#cwdOf(part);
    for (const { 0: word, index } of String(script.value).matchAll(/[^\s"'`;|&<>()$={}*?[\]\\#!,:]+/g)) {
      const isPath = /[./]/.test(word) && /\w/.test(word);
      if (isPath) yield* this.#candidate(script, { start: index, end: index + word.length }, cwd, false);
    }
  }

  *#whole(node: Node, folder: string | undefined, mayBeFolder: boolean): Generator<Candidate> {
    if (node.type === 'string') {
      yield* this.#candidate(node, { start: 0, end: String(node.value).length }, folder, mayBeFolder);
    }
  }

  *#candidate(
    node: Node,
    { start, end }: Span,
    folder: string | undefined,
    mayBeFolder: boolean,
  ): Generator<Candidate> {
    const named = this.#fill(String(node.value).slice(start, end));
    if (named === undefined || named.trim() === '' || isUrl(named)) return;
    if (folder === undefined && !path.isAbsolute(named)) return;
    const file = path.resolve(folder ?? '/', named);
    // Looking at a share would show this machine's user to its server.
    if (named.length > maxLength || named.includes('\0') || (process.platform === 'win32' && file.startsWith('\\\\')))
      return;
    const written = new WrittenText(this.#source, node);
    yield { span: { start: written.offsetAt(start), end: written.offsetAt(end) }, path: file, mayBeFolder };
  }

  /** The folder that a part's program starts in, its own or inherited. Undefined when it is not known yet. */
  #cwdOf(part: RunPart): string | undefined {
    for (let at: RunPart | undefined = part; at; at = at.outer) {
      const cwd = at.keys.get('cwd');
      if (cwd?.type !== 'string') continue;
      const filled = this.#fill(String(cwd.value));
      return filled === undefined ? undefined : path.resolve(this.#folder, filled);
    }
    return this.#folder;
  }

  /** Undefined for a text with references to what is known only at submission or later. */
  #fill(text: string): string | undefined {
    if (!text.includes('${')) return text;
    const filled = fillReferences(text, (name) => this.#known.get(name));
    return filled.includes('${') ? undefined : filled;
  }
}

/** No system has longer ones; a program's text in an argument is none. */
const maxLength = 1024;

const elements = (node: Node): readonly Node[] => (node.type === 'array' ? (node.children ?? []) : [node]);

async function kindOf(file: string): Promise<'file' | 'folder' | undefined> {
  try {
    const found = await stat(file);
    if (found.isFile()) return 'file';
    return found.isDirectory() ? 'folder' : undefined;
  } catch {
    // Whatever the reason, such as a disk that is not there: what cannot be looked at cannot be opened either.
    return undefined;
  }
}

/** So many at once, the others one after another. */
class Turns {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(atOnce: number) {
    this.#free = atOnce;
  }

  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free += 1;
    }
  }
}
