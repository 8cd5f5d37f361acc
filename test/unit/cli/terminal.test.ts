import assert from 'node:assert/strict';
import { Terminal } from '../../../src/cli/terminal';

const clear = '\r\u001b[K';

describe('the terminal', () => {
  /** Both streams in the order in which they were written to; `out:` marks stdout. */
  function open(
    stdoutIsTTY: boolean,
    stderrIsTTY: boolean,
  ): { terminal: Terminal; written: string[]; clock: { ms: number } } {
    const written: string[] = [];
    const clock = { ms: 0 };
    const stream = (mark: string, isTTY: boolean) => ({
      isTTY,
      columns: 20,
      write: (data: string | Uint8Array) =>
        written.push(mark + (typeof data === 'string' ? data : Buffer.from(data).toString())),
    });
    return {
      terminal: new Terminal(stream('out:', stdoutIsTTY), stream('', stderrIsTTY), () => clock.ms),
      written,
      clock,
    };
  }
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

  it('gives long output no faster than it is read', async () => {
    const read: (() => void)[] = [];
    const written: string[] = [];
    const stdout = {
      write: (data: string | Uint8Array) => {
        written.push(Buffer.from(data).toString());
        return written.length !== 2;
      },
      once: (_event: 'drain', call: () => void) => read.push(call),
    };
    const terminal = new Terminal(stdout, { write: () => true }, () => 0);
    const all = (async () => {
      for (const part of ['a', 'b', 'c', '', 'd']) await terminal.outputAsRead(bytes(part));
    })();
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual([written, read.length], [['a', 'b'], 1]);
    read[0]?.();
    await all;
    assert.deepEqual(written, ['a', 'b', 'c', 'd']);
  });

  it('rewrites one line in place, below the run’s output, never longer than a row', () => {
    const { terminal, written } = open(true, true);
    terminal.progress('running · 1 %');
    terminal.output(bytes('epoch 1\n'));
    terminal.progress('running · 2 % and much more');
    terminal.clearProgress();
    assert.deepEqual(written, [
      'running · 1 %',
      clear,
      'out:epoch 1\n',
      'running · 1 %',
      clear,
      'running · 2 % and m',
      clear,
    ]);
  });

  it('does not write into the middle of a line of output', () => {
    const { terminal, written } = open(true, true);
    terminal.output(bytes('half'));
    terminal.progress('running');
    terminal.say('completed');
    assert.deepEqual(written, ['out:half', '\n', 'completed\n', 'running']);
  });

  it('keeps what Sidelab says out of a pipe, and adds nothing to the output', () => {
    const { terminal, written } = open(false, true);
    terminal.output(bytes('half'));
    terminal.say('completed');
    assert.deepEqual(written, ['out:half', 'completed\n']);
  });

  it('writes a line of progress every few seconds where lines cannot be rewritten', () => {
    const { terminal, written, clock } = open(false, false);
    for (const [ms, line] of [
      [0, 'a'],
      [1000, 'b'],
      [4999, 'c'],
      [5000, 'd'],
      [20_000, 'd'],
      [20_001, 'e'],
    ] as const) {
      clock.ms = ms;
      terminal.progress(line);
    }
    assert.deepEqual(written, ['a\n', 'd\n', 'e\n']);
  });
});
