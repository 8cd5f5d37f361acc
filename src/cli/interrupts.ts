/**
 * Ctrl+C while a run is followed. At a terminal it asks; where nobody can answer (a pipe, SIGTERM, SIGHUP) the run is left
 * alone: it belongs to the engine, not to this process.
 */
import type { ReadStream } from 'node:tty';
import { toDisposable } from '../base/lifecycle';
import type { Interrupts, Wish } from './followRun';
import type { Terminal } from './terminal';

const ctrlC = '\u0003';
const answers: ReadonlyMap<string, Wish> = new Map<string, Wish>([
  ['c', 'cancel'],
  ['l', 'leave'],
  ['q', 'leave'],
  [ctrlC, 'leave'],
  ['k', undefined],
  ['\r', undefined],
  ['\u001b', undefined],
]);

export class TerminalInterrupts implements Interrupts {
  readonly #stdin: ReadStream;
  readonly #terminal: Terminal;
  #mayAsk = true;

  constructor(stdin: ReadStream, terminal: Terminal) {
    this.#stdin = stdin;
    this.#terminal = terminal;
  }

  onInterrupt(call: () => void): { dispose(): void } {
    const onInterrupt = (): void => call();
    const onEnd = (): void => {
      this.#mayAsk = false;
      call();
    };
    process.on('SIGINT', onInterrupt).on('SIGTERM', onEnd).on('SIGHUP', onEnd);
    return toDisposable(() => process.off('SIGINT', onInterrupt).off('SIGTERM', onEnd).off('SIGHUP', onEnd));
  }

  async ask(): Promise<Wish> {
    if (!this.#mayAsk || !this.#stdin.isTTY || !this.#terminal.isLive) return 'leave';
    this.#terminal.ask('Cancel the run, leave it running, or keep following? [c/l/k]');
    // Single keys; Ctrl+C arrives as one of them, and SIGINT from elsewhere means it as well.
    return new Promise((resolve) => {
      const finish = (wish: Wish): void => {
        this.#stdin.off('data', onData);
        process.off('SIGINT', onSignal).off('SIGTERM', onSignal).off('SIGHUP', onSignal);
        this.#stdin.setRawMode(false).pause();
        this.#terminal.say(wish ?? 'keep following');
        resolve(wish);
      };
      const onSignal = (): void => finish('leave');
      const onData = (data: Buffer): void => {
        const key = data.toString('utf8').toLowerCase();
        if (answers.has(key)) finish(answers.get(key));
      };
      process.on('SIGINT', onSignal).on('SIGTERM', onSignal).on('SIGHUP', onSignal);
      this.#stdin.setRawMode(true).on('data', onData).resume();
    });
  }
}
