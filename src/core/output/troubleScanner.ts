/**
 * Finds what went wrong in lines of output as they come: tracebacks of Python (chained ones are one, and those of several
 * ranks are told apart), stacks of Node, aborts of C++, lines that say that they are errors. Looks at no line twice.
 */
import { chained, errorHead, nodeFrame, rankOf, tracebackStart } from '../explain/tracebackRules';

export interface Trouble {
  readonly kind: 'traceback' | 'abort' | 'error';
  /** The line that names it, without its rank. */
  readonly title: string;
  /** Lines, both in it. */
  readonly start: number;
  readonly end: number;
  /** The line that names it. */
  readonly at: number;
}

interface OpenBlock {
  readonly kind: 'python' | 'group' | 'node' | 'abort' | 'sanitizer';
  readonly start: number;
  end: number;
  /** Lines of its rank since it ended. */
  since: number;
  title: string;
  at: number;
  /** It has come to its last line; only what it leads to can follow. */
  hasEnded: boolean;
  /** What has ended is kept in the list at this place. */
  kept?: number;
  /** "During handling of …" has come. */
  isChained: boolean;
}

/** Lines that can begin something; all others are passed at once. */
const telling =
  /Traceback|rror|ERR|FATAL|CRITICAL|xception|^\s+at |terminate called|^\s*#\d+ |fault|bort|Assert|assert|fatal|\*\*\*|free\(\)|corrupt|Interrupt|Killed|Bus error/;
const aborts =
  /^(?:terminate called |\*\*\* |free\(\): |malloc\(\): |(?:double free|corrupted)|Segmentation fault|Aborted\b|Bus error|Floating point exception|Fatal Python error: )|==\d+==\s?ERROR: |Assertion [`'"].*failed|: Assertion |core dumped\)|^\S+: (?:line \d+: )?\s*\d+ (?:Aborted|Segmentation fault|Killed|Bus error)\b/;
/** As loggers say it, and compilers. */
const errors =
  /(?:^|[\s[|(<])(?:ERROR|FATAL|CRITICAL|level=error|npm ERR!)(?=[\s\]:|)>]|$)|^(?:fatal|error): |^\S+?:\d+(?::\d+)?: (?:fatal )?error: /;
/** Frames below an abort: of gdb, of sanitizers, and what is said of the exception. */
const abortFrame = /^\s*(?:#\d+ |what\(\): )|^\s+\S/;
const sanitizer = /^==\d+==\s?ERROR: /;
const mostSanitizerLines = 200;
const thrown = /^terminate called after throwing an instance of '(.*)'$/;
const mostLength = 2000;
/** Of more, the oldest are forgotten. */
const mostTroubles = 2000;
const mostOpen = 256;
/** Blank lines and words between a traceback and the one that it led to. */
const chainWithin = 4;

export class TroubleScanner {
  #troubles: Trouble[] = [];
  /** By the rank that writes it. */
  readonly #open = new Map<string, OpenBlock>();
  /** The last line that could be the head of a stack, by rank. */
  readonly #heads = new Map<string, { readonly line: number; readonly text: string }>();
  #forgotten = 0;

  /** In the order of their ends. */
  get troubles(): readonly Trouble[] {
    return this.#troubles;
  }

  push(whole: string, line: number): void {
    if (this.#open.size === 0 && !telling.test(whole.slice(0, mostLength))) return;
    const raw = whole.slice(0, mostLength);
    const rank = rankOf(raw);
    const text = raw.slice(rank.length);
    const open = this.#open.get(rank);
    if (open && this.#goesOn(open, text, line)) return;
    if (open) this.#open.delete(rank);
    this.#begin(rank, text, line);
  }

  #begin(rank: string, text: string, line: number): void {
    if (!telling.test(text)) return;
    if (tracebackStart.test(text)) {
      const kind = text.startsWith('Traceback') ? 'python' : 'group';
      return this.#openBlock(rank, kind, text.trim(), line, line);
    }
    if (nodeFrame.test(text)) {
      const head = this.#heads.get(rank);
      // Few lines between the two are a message of several lines.
      if (!head || line - head.line > 10) return;
      this.#forget(({ at }) => at === head.line);
      return this.#openBlock(rank, 'node', head.text, head.line, line);
    }
    if (aborts.test(text)) {
      const kind = sanitizer.test(text) ? 'sanitizer' : 'abort';
      return this.#openBlock(rank, kind, text.trim().replace(sanitizer, ''), line, line);
    }
    if (errorHead.test(text)) {
      if (this.#heads.size > mostOpen) this.#heads.clear();
      this.#heads.set(rank, { line, text: text.trim() });
      this.#keep({ kind: 'error', title: text.trim(), start: line, end: line, at: line });
    } else if (errors.test(text)) this.#keep({ kind: 'error', title: text.trim(), start: line, end: line, at: line });
  }

  #openBlock(rank: string, kind: OpenBlock['kind'], title: string, start: number, end: number): void {
    if (this.#open.size > mostOpen) this.#open.clear();
    const block: OpenBlock = {
      kind,
      title,
      start,
      end,
      since: 0,
      at: start,
      hasEnded: false,
      isChained: false,
    };
    this.#open.set(rank, block);
    this.#keepBlock(block);
  }

  /** Whether the line belongs to the block. */
  #goesOn(block: OpenBlock, text: string, line: number): boolean {
    if (block.hasEnded) return this.#leadsOn(block, text, line);
    if (!this.#belongs(block, text, line)) return false;
    block.end = line;
    this.#keepBlock(block);
    return true;
  }

  #belongs(block: OpenBlock, text: string, line: number): boolean {
    switch (block.kind) {
      case 'python':
        if (text === '' || /^[\s|+]/.test(text)) return true;
        block.title = text.trim();
        block.at = line;
        block.hasEnded = true;
        return true;
      case 'group': {
        const name = /^\s+\| ([A-Za-z_][\w.]*: .*)/.exec(text)?.[1];
        if (name !== undefined && block.at === block.start) {
          block.title = name;
          block.at = line;
        }
        return /^\s+[|+]/.test(text);
      }
      case 'node':
        block.hasEnded = text.startsWith('}');
        return /^\s+\S|^\}/.test(text);
      case 'sanitizer':
        block.hasEnded = text.startsWith('SUMMARY: ');
        return line - block.start < mostSanitizerLines;
      case 'abort': {
        const what = /^\s*what\(\):\s*(.*)/.exec(text)?.[1];
        if (what !== undefined) block.title = `${block.title.replace(thrown, '$1')}: ${what}`;
        return abortFrame.test(text) || aborts.test(text);
      }
    }
  }

  /** Blank lines, "During handling …", and the next traceback. */
  #leadsOn(block: OpenBlock, text: string, line: number): boolean {
    block.since += 1;
    if (block.kind !== 'python' || block.since > chainWithin) return false;
    if (text.trim() === '') return true;
    if (chained.test(text)) {
      block.isChained = true;
      return true;
    }
    if (!block.isChained || !tracebackStart.test(text)) return false;
    block.hasEnded = false;
    block.isChained = false;
    block.since = 0;
    block.end = line;
    return true;
  }

  #keepBlock(block: OpenBlock): void {
    const { title, start, end, at } = block;
    const trouble: Trouble = {
      kind: block.kind === 'abort' || block.kind === 'sanitizer' ? 'abort' : 'traceback',
      title,
      start,
      end,
      at,
    };
    const place = block.kept === undefined ? -1 : block.kept - this.#forgotten;
    if (place >= 0 && this.#troubles[place]?.start === start) this.#troubles[place] = trouble;
    else {
      this.#keep(trouble);
      block.kept = this.#forgotten + this.#troubles.length - 1;
    }
  }

  #keep(trouble: Trouble): void {
    this.#troubles.push(trouble);
    if (this.#troubles.length <= mostTroubles * 1.25) return;
    const surplus = this.#troubles.length - mostTroubles;
    this.#troubles = this.#troubles.slice(surplus);
    this.#forgotten += surplus;
  }

  /** The last one, when it turns out to be part of another. */
  #forget(which: (trouble: Trouble) => boolean): void {
    const last = this.#troubles.at(-1);
    if (last && which(last)) this.#troubles.pop();
  }
}
