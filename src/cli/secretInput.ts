/** Secrets typed or piped into the terminal: nothing of them is shown. */
import type { Readable } from 'node:stream';
import type { ReadStream } from 'node:tty';
import { Failure } from '../base/failure';
import type { Terminal } from './terminal';

export interface SecretInput {
  /** Asks for it; undefined where nobody can answer. Throws `Cancelled` for Ctrl+C. */
  ask(name: string): Promise<string | undefined>;
  /** Asks for it, or reads what is piped in. Throws `InvalidInput` when that is nothing. */
  read(name: string): Promise<string>;
}

const maxLength = 100_000;

export class TerminalSecretInput implements SecretInput {
  readonly #stdin: ReadStream;
  readonly #terminal: Terminal;

  constructor(stdin: ReadStream, terminal: Terminal) {
    this.#stdin = stdin;
    this.#terminal = terminal;
  }

  async ask(name: string): Promise<string | undefined> {
    if (!this.#stdin.isTTY || !this.#terminal.isLive) return undefined;
    this.#terminal.ask(`Secret ${name}:`);
    const value = await readHidden(this.#stdin, () => this.#terminal.say(''));
    return value === '' ? undefined : value;
  }

  async read(name: string): Promise<string> {
    const value = this.#stdin.isTTY ? await this.ask(name) : withoutLineEnd(await readAll(this.#stdin));
    if (value) return value;
    throw new Failure('InvalidInput', `The secret ${name} is empty.`, {
      hint: 'Type it when asked for, or pipe it in.',
    });
  }
}

/** A line, key by key; the terminal itself shows nothing of it. `end` is called before anything else is written. */
async function readHidden(stdin: ReadStream, end: () => void): Promise<string> {
  return new Promise((resolve, reject) => {
    let typed = '';
    const finish = (): void => {
      stdin.off('data', onData).off('end', onEnd);
      stdin.setRawMode(false).pause();
      end();
    };
    const onEnd = (): void => {
      finish();
      resolve('');
    };
    const onData = (data: Buffer): void => {
      for (const key of data.toString('utf8')) {
        if (key === '\r' || key === '\n') {
          finish();
          return resolve(typed);
        }
        if (key === '\u0003' || key === '\u0004') {
          finish();
          return reject(new Failure('Cancelled', 'The secret was not given.'));
        }
        if (key === '\u007f' || key === '\b') typed = [...typed].slice(0, -1).join('');
        else typed = (typed + key).slice(0, maxLength);
      }
    };
    stdin.setRawMode(true).on('data', onData).on('end', onEnd).resume();
  });
}

async function readAll(stdin: Readable): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of stdin) {
    parts.push(Buffer.from(part as Uint8Array));
    length += parts.at(-1)?.byteLength ?? 0;
    if (length > maxLength) throw new Failure('TooLarge', 'This is too long for a secret.');
  }
  return Buffer.concat(parts).toString('utf8');
}

const withoutLineEnd = (text: string): string => text.replace(/\r?\n$/, '');
