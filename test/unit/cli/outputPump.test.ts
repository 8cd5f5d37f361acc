import assert from 'node:assert/strict';
import { Failure } from '../../../src/base/failure';
import { OutputPump } from '../../../src/core/output/outputPump';
import { newRunId } from '../../../src/model/ids';
import type { OutputPart, OutputQuery } from '../../../src/core/source';

describe('the output of a followed run', () => {
  /** Outputs by attempt; three bytes a read. */
  function open(outputs: Map<number, string>): { pump: OutputPump; written: () => string; reads: OutputQuery[] } {
    let written = '';
    const reads: OutputQuery[] = [];
    const source = {
      output: async (query: OutputQuery): Promise<OutputPart> => {
        reads.push(query);
        await new Promise((resolve) => setImmediate(resolve));
        const text = outputs.get(query.attempt);
        if (text === undefined) throw new Failure('NotFound', 'It has no output yet.');
        const whole = new TextEncoder().encode(text);
        return {
          attempt: query.attempt,
          from: query.from,
          bytes: whole.slice(query.from, query.from + 3),
          sizeBytes: whole.length,
        };
      },
    };
    const pump = new OutputPump(source, newRunId(), ({ bytes, attempt }) => {
      written += `${attempt}${Buffer.from(bytes).toString('latin1')} `;
    });
    return { pump, written: () => written, reads };
  }

  it('is copied from its beginning, each byte once, however often it is asked for', async () => {
    const outputs = new Map([[1, 'abcdefgh']]);
    const { pump, written } = open(outputs);
    await Promise.all([pump.pump(1), pump.pump(1), pump.pump(1)]);
    outputs.set(1, 'abcdefghij');
    await pump.pump(1);
    assert.equal(written(), '1abc 1def 1gh 1ij ');
  });

  it('goes on with the next attempt when the one before is copied to its end', async () => {
    const outputs = new Map([[1, 'ab']]);
    const { pump, written } = open(outputs);
    await pump.pump(1);
    outputs.set(1, 'abc').set(3, 'xyz');
    await pump.pump(3);
    assert.equal(written(), '1ab 1c 3xyz ');
  });

  it('is found again by its lines when it was compacted in between, as after a crash of the engine', async () => {
    let text = 'one\n1 %\r2 %\r3 %\ntwo\n';
    let edition = 0;
    let written = '';
    const source = {
      output: async ({ from, attempt }: OutputQuery): Promise<OutputPart> => {
        const bytes = new TextEncoder().encode(text);
        return { attempt, from, bytes: bytes.slice(from, from + 6), sizeBytes: bytes.length, edition };
      },
    };
    const pump = new OutputPump(source, newRunId(), ({ bytes }) => {
      written += Buffer.from(bytes).toString();
      // It has copied the first line, and a state of the second.
      [text, edition] = ['one\n3 %\ntwo\nthree\n', 1];
    });
    await pump.pump(1);
    assert.equal(written, 'one\n1 3 %\ntwo\nthree\n');
  });

  it('is not asked for before there is an attempt', async () => {
    const { pump, reads } = open(new Map());
    await pump.pump(0);
    assert.deepEqual(reads, []);
    await pump.pump(1);
    assert.equal(reads.length, 1);
  });
});
