import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { findInOutput, type FoundPage } from '../../../src/engine/search/findInOutput';
import { Failure } from '../../../src/base/failure';
import type { OutputPattern } from '../../../src/model/outputSearch';
import { EngineHarness, type TestClient } from '../../support/engineHarness';
import { type TemporaryFolder, temporaryFolder } from '../../support/temporaryFolder';

const literal = (text: string, matchCase = false): OutputPattern => ({ text, isRegex: false, matchCase });
const expression = (text: string, matchCase = false): OutputPattern => ({ text, isRegex: true, matchCase });

describe('finding in an output', () => {
  let folder: TemporaryFolder;
  beforeEach(() => (folder = temporaryFolder()));
  afterEach(() => folder.remove());

  const search = async (
    pattern: OutputPattern,
    more: { from?: number; linesBefore?: number; limit?: number; maxBytes?: number } = {},
  ): Promise<FoundPage> =>
    findInOutput({
      folder: folder.path,
      stream: 'stdout',
      isFinal: true,
      pattern,
      from: 0,
      linesBefore: 0,
      limit: 100,
      maxBytes: 1e9,
      ...more,
    });
  /** An answer ends after a while, wherever it has come to. */
  const searchAll = async (pattern: OutputPattern): Promise<FoundPage> => {
    let page = await search(pattern);
    const { lines } = page;
    for (; page.next; lines.push(...page.lines)) page = await search(pattern, page.next);
    return { ...page, lines };
  };
  const write = (text: string): void => writeFileSync(folder.join('stdout'), text);
  const linesOf = ({ lines }: FoundPage): readonly string[] =>
    lines.map(
      ({ line, position, text, column, length }) =>
        `${line} @${position} ${text} [${text.slice(column, column + length)}]`,
    );

  it('gives lines with their numbers, positions and what was found in them, each once', async () => {
    write('Loss 1\nnothing\nthe loss, no loss\nlast LOSS');
    const found = await search(literal('loss'));
    assert.deepEqual(linesOf(found), [
      '1 @0 Loss 1 [Loss]',
      '3 @15 the loss, no loss [loss]',
      '4 @33 last LOSS [LOSS]',
    ]);
    assert.deepEqual([found.next, found.searchedTo, found.sizeBytes], [undefined, 42, 42]);
    assert.deepEqual(linesOf(await search(literal('LOSS', true))), ['4 @33 last LOSS [LOSS]']);
    assert.deepEqual(linesOf(await search(literal('1\nn'))), []);
    assert.deepEqual(linesOf(await search(expression(String.raw`1\sn`))), []);
  });

  it('takes a text as it is, and an expression line by line', async () => {
    write('a.b (c)\naxb\n\nstep 12 é\n');
    assert.deepEqual(linesOf(await search(literal('a.b (C)'))), ['1 @0 a.b (c) [a.b (c)]']);
    assert.deepEqual(linesOf(await search(expression('^a.b$'))), ['2 @8 axb [axb]']);
    assert.deepEqual(linesOf(await search(expression(String.raw`\d+\s\S$`))), ['4 @13 step 12 é [12 é]']);
    assert.deepEqual(linesOf(await search(expression('^$'))), ['3 @12  []']);
    await assert.rejects(
      search(expression('(a')),
      (error) => error instanceof Failure && error.code === 'InvalidInput',
    );
  });

  it('reads what a person sees: no colours, and the last state of what was drawn over', async () => {
    write('\u001b[31mred \u001b[1mhot\u001b[0m\n10 %\r50 %\r100 %\r\n\u001b]0;title\u0007end\n');
    assert.deepEqual(linesOf(await search(literal('red hot'))), ['1 @0 red hot [red hot]']);
    assert.deepEqual(linesOf(await search(literal('%'))), ['2 @21 100 % [%]']);
    assert.deepEqual(linesOf(await search(literal('title'))), []);
  });

  it('goes on where it stopped, at the limit of lines and of bytes, and finds all of them once', async () => {
    const lines = Array.from({ length: 200_000 }, (_, line) =>
      line % 1000 === 0 ? `hit ${line}` : `line ${line} of many`,
    );
    write(lines.join('\n'));
    for (const pattern of [literal('hit'), expression('^hit')]) {
      const found: string[] = [];
      let pages = 0;
      let place: { from: number; linesBefore: number } | undefined = { from: 0, linesBefore: 0 };
      while (place) {
        const page: FoundPage = await search(pattern, { ...place, limit: 30, maxBytes: 1024 * 1024 });
        found.push(...page.lines.map(({ text, line }) => `${line} ${text}`));
        place = page.next;
        pages += 1;
      }
      assert.deepEqual(
        found,
        Array.from({ length: 200 }, (_, index) => `${index * 1000 + 1} hit ${index * 1000}`),
      );
      assert.ok(pages >= 7, String(pages));
    }
  });

  it('finds in lines longer than what is read at once, and shows what is around', async () => {
    write(`${'x'.repeat(9_000_000)}needle${'y'.repeat(9_000_000)}\nneedle\n`);
    for (const pattern of [literal('needle'), expression('needle+')]) {
      const { lines } = await searchAll(pattern);
      assert.deepEqual(
        lines.map(({ line, column, length }) => [line, column, length]),
        [
          [1, 101, 6],
          [2, 0, 6],
        ],
      );
      assert.ok((lines[0]?.text.length ?? 0) < 500);
    }
  });

  it('has nothing to find in what was never written', async () => {
    assert.deepEqual(await search(literal('x')), { lines: [], searchedTo: 0, sizeBytes: 0, edition: 0 });
  });
});

describe('finding in the output of a run', () => {
  let harness: EngineHarness;
  let client: TestClient;
  before(async () => {
    harness = new EngineHarness();
    client = await harness.start();
  });
  after(async () => harness.stop());

  const ran = async (source: string) => {
    const run = await client.peer.call('runs.submit', harness.script(source));
    return harness.settled(client, run.id);
  };
  const query = { attempt: 0, stream: 'both', from: 0, linesBefore: 0, limit: 100 } as const;

  it('tells of lines of both streams or of one', async () => {
    const { id } = await ran(`console.log('out needle'); console.error('err needle');`);
    const find = async (stream: 'both' | 'stderr') =>
      (await client.peer.call('output.find', { ...query, stream, runId: id, pattern: literal('needle') })).lines.map(
        ({ text }) => text,
      );
    assert.deepEqual((await find('both')).sort(), ['err needle', 'out needle']);
    assert.deepEqual(await find('stderr'), ['err needle']);
  });

  it('ends an expression that would take for ever, and answers others meanwhile and after it', async () => {
    const { id } = await ran(`console.log('a'.repeat(60) + 'b');`);
    const hopeless = client.peer.call('output.find', { ...query, runId: id, pattern: expression('^(a+)+$') });
    const others = await client.peer.call('runs.get', { run: id });
    assert.equal(others.run.id, id);
    await assert.rejects(hopeless, (error) => error instanceof Failure && /takes too long/.test(error.message));
    const { lines } = await client.peer.call('output.find', { ...query, runId: id, pattern: expression('b$') });
    assert.equal(lines.length, 1);
  });

  it('refuses what is no expression, an empty text and an attempt that there is not', async () => {
    const { id } = await ran(`console.log('x');`);
    const refused = async (more: object): Promise<void> =>
      assert.rejects(
        client.peer.call('output.find', { ...query, runId: id, pattern: literal('x'), ...more }),
        (error) => error instanceof Failure,
      );
    await refused({ pattern: expression('[') });
    await refused({ pattern: literal('') });
    await refused({ attempt: 7 });
  });
});
