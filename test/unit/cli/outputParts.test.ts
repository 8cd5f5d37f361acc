import assert from 'node:assert/strict';
import { findTail } from '../../../src/core/output/outputTail';
import { outputWriter } from '../../../src/cli/outputWriter';
import { newRunId } from '../../../src/model/ids';
import type { OutputPart, OutputQuery } from '../../../src/core/source';

describe('the last lines of an output', () => {
  const tailOf = async (text: string, lines: number): Promise<string> => {
    const whole = Buffer.from(text);
    const source = {
      output: async ({ attempt, from, maxBytes }: OutputQuery): Promise<OutputPart> => {
        const bytes = whole.subarray(from, from + maxBytes);
        return { attempt, from, bytes, sizeBytes: whole.length };
      },
    };
    const from = await findTail(source, { runId: newRunId(), attempt: 1, stream: 'both' }, lines);
    return whole.subarray(from).toString();
  };

  it('are counted from the end, whether or not the last one is whole', async () => {
    assert.deepEqual(
      await Promise.all([tailOf('a\nb\nc\n', 2), tailOf('a\nb\nc', 2), tailOf('a\n\n', 1), tailOf('a\n\n', 2)]),
      ['b\nc\n', 'b\nc', '\n', 'a\n\n'],
    );
  });

  it('are all of it when there are no more', async () => {
    assert.deepEqual(await Promise.all([tailOf('', 1), tailOf('\n', 1), tailOf('ab', 1), tailOf('a\nb\n', 9)]), [
      '',
      '\n',
      'ab',
      'a\nb\n',
    ]);
  });

  it('are found across the parts that are read at a time', async () => {
    const long = 'x'.repeat(256 * 1024 - 1);
    assert.deepEqual(
      [await tailOf(`a\n${long}\nb\n`, 2), await tailOf(`a\n${long}${long}\nb`, 2), await tailOf(`\n${long}\n`, 1)],
      [`${long}\nb\n`, `${long}${long}\nb`, `${long}\n`],
    );
  });
});

describe('output as JSON', () => {
  it('never cuts a character, and says where each part begins', () => {
    const lines: unknown[] = [];
    const terminal = {
      print: (text: string) => lines.push(JSON.parse(text)),
      say: () => assert.fail(),
      output: () => assert.fail(),
    };
    const id = newRunId();
    const { write, end } = outputWriter(terminal, { run: { id }, stream: 'both', attempt: 1, json: true });
    const bytes = Buffer.from('aä😀b');
    for (const [from, to] of [
      [0, 2],
      [2, 3],
      [3, 4],
      [4, 6],
      [6, 8],
    ] as const) {
      write({ attempt: 1, from, bytes: bytes.subarray(from, to) });
    }
    // Cut off at an attempt's end: shown as what it is.
    write({ attempt: 2, from: 5, bytes: bytes.subarray(3, 5) });
    end();
    const line = { runId: id, attempt: 1, stream: 'both' };
    assert.deepEqual(lines, [
      { ...line, from: 0, text: 'a' },
      { ...line, from: 1, text: 'ä' },
      { ...line, from: 3, text: '😀b' },
      { ...line, attempt: 2, from: 5, text: '\ufffd' },
    ]);
  });
});
