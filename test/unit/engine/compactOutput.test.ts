import assert from 'node:assert/strict';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { compactOutput } from '../../../src/engine/ingest/compactOutput';
import { OutputIndexWriter, readOutput } from '../../../src/engine/ingest/outputIndex';
import { outputAt, OutputTimesWriter } from '../../../src/engine/ingest/outputTimes';
import { LineStates } from '../../../src/model/lineStates';
import type { OutputStream } from '../../../src/model/outputStream';
import { EngineHarness } from '../../support/engineHarness';
import { SeededRandom } from '../../support/seededRandom';
import { type TemporaryFolder, temporaryFolder, until } from '../../support/temporaryFolder';

describe('compacting the output of an attempt', () => {
  let folder: TemporaryFolder;
  beforeEach(() => (folder = temporaryFolder()));
  afterEach(() => folder.remove());

  const read = async (stream: OutputStream, from = 0, maxBytes = 10_000_000): Promise<string> => {
    const part = await readOutput(folder.path, { stream, from, maxBytes, isFinal: true });
    return Buffer.from(part.bytes).toString();
  };
  const edition = async (): Promise<number> =>
    (await readOutput(folder.path, { stream: 'both', from: 0, maxBytes: 1, isFinal: true })).edition;

  it('leaves of each line its last state, in the order of both streams, where it was finished', async () => {
    const index = new OutputIndexWriter(folder.path);
    const write = async (stream: 'stdout' | 'stderr', text: string): Promise<void> => {
      appendFileSync(folder.join(stream), text);
      await index.look(true);
    };
    await write('stdout', 'begin\n');
    await write('stderr', ' 0 %\r');
    await write('stdout', 'loss 1\n');
    await write('stderr', '50 %\r');
    await write('stdout', 'loss ');
    await write('stderr', '99 %\r');
    await write('stdout', '0.5\n');
    await write('stderr', 'done\nbye\n');
    assert.equal(await compactOutput(folder.path), true);
    assert.equal(await read('both'), 'begin\nloss 1\nloss 0.5\ndone\nbye\n');
    assert.equal(await read('stdout'), 'begin\nloss 1\nloss 0.5\n');
    assert.equal(await read('stderr'), 'done\nbye\n');
    assert.deepEqual(readdirSync(folder.path), ['output.compacted']);
    assert.equal(await edition(), 1);
  });

  it('knows afterwards, too, when output had grown to where', async () => {
    const index = new OutputIndexWriter(folder.path);
    const times = new OutputTimesWriter(folder.path);
    const steps: readonly (readonly ['stdout' | 'stderr', string])[] = [
      ['stdout', 'begin\n'],
      ['stderr', '1 %\r2 %\r3 %\r'],
      ['stderr', '100 %\n'],
      ['stdout', 'end\n'],
    ];
    for (const [at, [stream, text]] of steps.entries()) {
      appendFileSync(folder.join(stream), text);
      await index.look(false);
      await times.take((at + 1) * 10_000, index.covered, at === steps.length - 1);
    }
    assert.equal(await compactOutput(folder.path), true);
    const whole = await read('both');
    const ends = await Promise.all([1, 2, 3, 4].map(async (at) => outputAt(folder.path, 'both', at * 10_000)));
    assert.deepEqual(
      ends.map((place) => [whole.slice(0, place?.position), place?.edition]),
      [
        ['begin\n', 1],
        ['begin\n', 1],
        ['begin\n100 %\n', 1],
        ['begin\n100 %\nend\n', 1],
      ],
    );
  });

  it('touches nothing where nothing was drawn over, be it full of line ends of Windows', async () => {
    writeFileSync(folder.join('stdout'), 'one\r\ntwo\r\n'.repeat(50_000));
    await new OutputIndexWriter(folder.path).look(true);
    assert.equal(await compactOutput(folder.path), false);
    assert.deepEqual(readdirSync(folder.path).sort(), ['output.index', 'stdout']);
    assert.equal(await edition(), 0);
  });

  it('leaves a line that moves to other lines as it was written', async () => {
    const bars = 'a 0\nb 0\x1b[A\ra 1\n';
    writeFileSync(folder.join('stdout'), `${bars}1 %\r2 %\n`);
    assert.equal(await compactOutput(folder.path), true);
    assert.equal(await read('stdout'), `${bars}2 %\n`);
  });

  it('keeps order, numbers and ends of lines, whatever is written, looked at and read in which parts', async () => {
    const random = new SeededRandom(3);
    const atoms = ['\r', '\r', '\n', '\n', '\r\n', '\b', 'a', 'bcd', '42 %', '  ', 'é', '進', '\x1b[K', '\x1b[A'];
    for (let round = 0; round < 60; round += 1) {
      for (const name of readdirSync(folder.path)) rmSync(folder.join(name), { recursive: true });
      const index = new OutputIndexWriter(folder.path);
      const count = { stdout: 0, stderr: 0 };
      for (let step = 0; step < 60; step += 1) {
        const stream = random.below(2) === 0 ? 'stdout' : 'stderr';
        let text = Array.from({ length: random.below(8) }, () => random.pick(atoms) ?? '').join('');
        // Each line says at its end which one it is, so that its place can be found again.
        text = text.replaceAll('\n', () => `\x1b[K<${stream} ${(count[stream] += 1)}>\n`);
        appendFileSync(folder.join(stream), text);
        if (random.below(3) > 0) await index.look(random.below(4) === 0);
      }
      await index.look(true);
      const before = await read('both');
      const streams = { stdout: await read('stdout'), stderr: await read('stderr') };
      const isCompacted = await compactOutput(folder.path);
      const after = await read('both');
      const ends = (text: string): string[] => text.match(/<[^>]*>(?=\n)/g) ?? [];
      assert.deepEqual(ends(after), ends(before));
      assert.equal(await read('stdout'), lastStates(streams.stdout));
      assert.equal(await read('stderr'), lastStates(streams.stderr));
      assert.equal([...after].sort().join(''), [...(await read('stdout')), ...(await read('stderr'))].sort().join(''));
      assert.equal(await edition(), isCompacted ? 1 : 0);
      let paged = Buffer.alloc(0);
      for (;;) {
        const range = { stream: 'both', from: paged.length, maxBytes: 1 + random.below(40), isFinal: true } as const;
        const part = await readOutput(folder.path, range);
        if (part.bytes.byteLength === 0) break;
        paged = Buffer.concat([paged, part.bytes]);
      }
      assert.equal(paged.toString(), after);
    }
  }).timeout(60_000);

  it('leaves the old or the new whole, at whichever step it is cut off', async () => {
    const origin = folder.join('origin');
    mkdirSync(origin);
    writeFileSync(path.join(origin, 'stdout'), 'head\n10 %\r20 %\rdone\n');
    writeFileSync(path.join(origin, 'stderr'), 'oops\n');
    await new OutputIndexWriter(origin).look(true);
    const whole = folder.join('whole');
    cpSync(origin, whole, { recursive: true });
    await compactOutput(whole);
    const now = async (attempt: string): Promise<string> => {
      const part = await readOutput(attempt, { stream: 'both', from: 0, maxBytes: 1000, isFinal: true });
      return `${part.edition}: ${Buffer.from(part.bytes).toString()}`;
    };
    const old = await now(origin);
    const compacted = await now(whole);
    const cut = async (name: string, change: (attempt: string) => void): Promise<string> => {
      const attempt = folder.join(name);
      cpSync(origin, attempt, { recursive: true });
      change(attempt);
      const seen = await now(attempt);
      assert.equal(await compactOutput(attempt), true);
      assert.equal(await now(attempt), compacted);
      assert.deepEqual(readdirSync(attempt), ['output.compacted']);
      return seen;
    };
    const beside = (attempt: string): string => path.join(attempt, 'output.compacted.tmp');
    const rename = (attempt: string): void =>
      cpSync(path.join(whole, 'output.compacted'), path.join(attempt, 'output.compacted'), { recursive: true });
    assert.deepEqual(
      [
        await cut('while it is written', (attempt) => {
          mkdirSync(beside(attempt));
          writeFileSync(path.join(beside(attempt), 'stdout'), 'head\nd');
        }),
        await cut('before its name', (attempt) => {
          cpSync(path.join(whole, 'output.compacted'), beside(attempt), { recursive: true });
        }),
        await cut('after its name', rename),
        await cut('while the old is removed', (attempt) => {
          rename(attempt);
          rmSync(path.join(attempt, 'stdout'));
        }),
      ],
      [old, old, compacted, compacted],
    );
  });

  it('gives up when it is asked to, and leaves nothing behind', async () => {
    writeFileSync(folder.join('stdout'), '1 %\r2 %\n'.repeat(100_000));
    const stop = new AbortController();
    const compacting = compactOutput(folder.path, stop.signal);
    stop.abort();
    await assert.rejects(compacting);
    assert.deepEqual(readdirSync(folder.path), ['stdout']);
  });

  it('never shows a reader a mixture', async () => {
    const lines = Array.from({ length: 2000 }, (_, line) => `${line} 10 %\r${line} 50 %\r${line} done\n`);
    for (let round = 0; round < 10; round += 1) {
      rmSync(folder.join('output.compacted'), { recursive: true, force: true });
      writeFileSync(folder.join('stdout'), lines.join(''));
      await new OutputIndexWriter(folder.path).look(true);
      const old = lines.join('');
      const fresh = lastStates(old);
      let isDone = false;
      const compacting = compactOutput(folder.path).finally(() => (isDone = true));
      while (!isDone) {
        const part = await readOutput(folder.path, { stream: 'both', from: 0, maxBytes: 10_000_000, isFinal: true });
        assert.equal(Buffer.from(part.bytes).toString(), part.edition === 0 ? old : fresh);
      }
      await compacting;
    }
  });
});

describe('an engine’s outputs', () => {
  const bars = `
    import { writeSync } from 'node:fs';
    writeSync(1, 'begin\\n');
    for (let step = 0; step <= 20000; step += 1) writeSync(2, 'step ' + step + ' of 20000\\r');
    writeSync(2, '\\n');
    writeSync(1, 'end\\n');`;
  const compacted = 'begin\nstep 20000 of 20000\nend\n';
  let harness: EngineHarness;
  beforeEach(() => (harness = new EngineHarness()));
  afterEach(async () => harness.stop());

  it('are compacted after the end, for who begins anew at once, for who reads on when it has gone', async () => {
    const client = await harness.start('--compact-ms', '100');
    const reader = await harness.connect();
    const run = await client.peer.call('runs.submit', harness.script(bars));
    await harness.settled(client, run.id);
    const query = { runId: run.id, attempt: 0, stream: 'both', from: 0, maxBytes: 16 * 1024 * 1024 } as const;
    const size = async (): Promise<number> =>
      (await client.peer.call('output.read', { ...query, edition: 0 })).sizeBytes;
    const held = await reader.peer.call('output.read', { ...query, maxBytes: 1000 });
    if ((held.edition ?? 0) === 0) {
      await new Promise((resolve) => setTimeout(resolve, 500));
      const next = await reader.peer.call('output.read', { ...query, from: 1000 });
      assert.deepEqual([next.edition, next.sizeBytes], [0, held.sizeBytes]);
    }
    reader.peer.dispose();
    await until(async () => (await size()) === compacted.length, 'the compacted output');
    const part = await client.peer.call('output.read', query);
    // In which order the streams grew between two looks is not known.
    const linesOf = (text: string): string[] => text.split('\n').sort();
    assert.deepEqual([linesOf(Buffer.from(part.bytes).toString()), part.edition], [linesOf(compacted), 1]);
    await until(() => readdirSync(path.join(harness.home, 'compact')).length === 0, 'the mark to be removed');
  });

  it('that wait when it is killed are compacted by the next one', async () => {
    const client = await harness.start('--compact-ms', '600000');
    const run = await client.peer.call('runs.submit', harness.script(bars));
    await harness.settled(client, run.id);
    await harness.killEngine();
    const next = await harness.start('--compact-ms', '50');
    const query = { runId: run.id, attempt: 1, stream: 'both', from: 0, maxBytes: 1000, edition: 0 } as const;
    await until(async () => (await next.peer.call('output.read', query)).sizeBytes === compacted.length, 'its end');
    const attempt = path.join(harness.home, 'runs', run.id, 'attempts', '1');
    await until(() => !existsSync(path.join(attempt, 'stderr')), 'the old files to go');
    assert.equal(readFileSync(path.join(attempt, 'output.compacted', 'stderr'), 'utf8'), 'step 20000 of 20000\n');
  });
});

/** What is left of a stream, by the rule of a single line (`lineStates`). */
function lastStates(text: string): string {
  const kept: Buffer[] = [];
  let raw = Buffer.from(text);
  const states = new LineStates(({ bytes, kind, rawBytes }) => {
    kept.push(kind === 'unclear' ? raw.subarray(0, rawBytes) : Buffer.from(bytes));
    raw = raw.subarray(rawBytes);
  });
  states.push(Buffer.from(text));
  states.end();
  return Buffer.concat(kept).toString();
}
