import assert from 'node:assert/strict';
import { fileMentions } from '../../../../src/core/output/fileMentions';
import { TroubleScanner } from '../../../../src/core/output/troubleScanner';
import * as real from '../../../support/realOutputs';

/** Kind, lines from 1 and title of each. */
function troubles(text: string): readonly string[] {
  const scanner = new TroubleScanner();
  for (const [line, words] of text.split('\n').entries()) scanner.push(words, line);
  return scanner.troubles.map(
    ({ kind, start, end, at, title }) => `${kind} ${start + 1}-${end + 1} (${at + 1}) ${title}`,
  );
}

describe('what went wrong in an output', () => {
  it('is one traceback for chained exceptions of Python, named by the last', () => {
    assert.deepEqual(troubles(real.pythonChain), ['traceback 2-20 (20) RuntimeError: config is broken']);
    assert.deepEqual(troubles(`${real.pythonChain}more\n${real.pythonChain}`).length, 2);
  });

  it('is a group of exceptions, and what follows it is not of it', () => {
    assert.deepEqual(troubles(`${real.pythonGroup}done\n`), [
      'traceback 1-11 (6) ExceptionGroup: several (2 sub-exceptions)',
    ]);
  });

  it('is told apart by rank, though ranks write in turns', () => {
    for (const prefix of [(rank: number) => `[rank${rank}]: `, (rank: number) => `${rank}: `]) {
      const text = real.byRanks([real.pythonChain, real.pythonChain], prefix);
      assert.deepEqual(troubles(text), [
        'traceback 3-39 (39) RuntimeError: config is broken',
        'traceback 4-40 (40) RuntimeError: config is broken',
      ]);
    }
  });

  it('is a stack of Node with its cause', () => {
    assert.deepEqual(troubles(real.nodeStack), ['traceback 5-14 (5) TypeError: bad shape 3']);
  });

  it('is an abort of C++, a report of a sanitizer, an error of a compiler', () => {
    assert.deepEqual(troubles(real.cppAbort), [
      'abort 1-3 (1) std::out_of_range: vector::_M_range_check: __n (which is 5) >= this->size() (which is 2)',
    ]);
    assert.deepEqual(troubles(real.sanitizer), [
      'abort 2-8 (2) AddressSanitizer: heap-buffer-overflow on address 0x602000000024 at pc 0x56235033a1d4 bp 0x7ffdb672a6e0 sp 0x7ffdb672a6d8',
    ]);
    assert.deepEqual(troubles(real.compiler), ['error 2-2 (2) e.cpp:1:20: error: ‘x’ was not declared in this scope']);
    assert.deepEqual(troubles('Segmentation fault (core dumped)\nfree(): invalid pointer\nok'), [
      'abort 1-2 (1) Segmentation fault (core dumped)',
    ]);
  });

  it('is a line that says so itself, and no line that only speaks of errors', () => {
    const said = [
      '2026-11-22 01:02:03,004 - train - ERROR - no data',
      '[CRITICAL] out of room',
      'fatal: not a git repository',
    ];
    assert.deepEqual(troubles(said.join('\n')).length, said.length);
    assert.deepEqual(troubles('0 errors\nerror rate 0.3\nmean squared error: 0.1\nno ERRORS_FOUND\nval error 2'), []);
  });

  it('is kept of the newest when there is more than anyone reads, in time that grows with the lines', () => {
    const scanner = new TroubleScanner();
    for (let line = 0; line < 100_000; line += 1) scanner.push(`ERROR: ${line}`, line);
    assert.ok(scanner.troubles.length <= 2500);
    assert.equal(scanner.troubles.at(-1)?.title, 'ERROR: 99999');
    for (let line = 0; line < 2000; line += 1) scanner.push(`${'A.'.repeat(5000)}Error`, line);
    for (let line = 0; line < 2000; line += 1) scanner.push(`[rank${line}]: Traceback (most recent call last)`, line);
  });
});

describe('files that a line mentions', () => {
  const of = (line: string): readonly string[] =>
    fileMentions(line).map(({ start, end, path, line: row, column }) =>
      `${line.slice(start, end)} → ${path} ${row ?? ''} ${column ?? ''}`.trim(),
    );

  it('are those of tracebacks, stacks, sanitizers and compilers, with their lines', () => {
    assert.deepEqual(of('[rank0]:   File "train.py", line 6, in main'), ['File "train.py", line 6 → train.py 6']);
    assert.deepEqual(of('    at check (file:///work/node.mjs:1:31)'), [
      'file:///work/node.mjs:1:31 → file:///work/node.mjs 1 31',
    ]);
    assert.deepEqual(of('    at run (/work/a b.js:3:4)').length, 1);
    assert.deepEqual(of('    #0 0x56 in get(int*, int) /work/a.cpp:1'), ['/work/a.cpp:1 → /work/a.cpp 1']);
    assert.deepEqual(of('#1  0x0000 in main () at solve.cpp:12'), ['solve.cpp:12 → solve.cpp 12']);
    assert.deepEqual(of('e.cpp:1:20: error: ‘x’ was not declared'), ['e.cpp:1:20 → e.cpp 1 20']);
    assert.deepEqual(of('src/x.ts(3,4): error TS1005'), ['src/x.ts(3,4) → src/x.ts 3 4']);
  });

  it('are paths that are only named, without the stop behind them', () => {
    assert.deepEqual(of('saved to out/model.pt.'), ['out/model.pt → out/model.pt']);
    assert.deepEqual(of('see ./a.txt and /b/c.txt, ../d'), ['./a.txt → ./a.txt', '/b/c.txt → /b/c.txt', '../d → ../d']);
  });

  it('are not addresses of pages or other machines, nor numbers and words with dots', () => {
    for (const line of [
      'https://host.org:8080/a/b.html:3',
      '//share/file.txt:1',
      'loss 0.25 e.g. this',
      'version 1.2.3',
      'at 10:20:30',
    ])
      assert.deepEqual(of(line), [], line);
  });

  it('are found in hostile lines in time that grows with their length', () => {
    for (let count = 0; count < 300; count += 1) {
      fileMentions('a'.repeat(100_000));
      fileMentions('a/'.repeat(50_000));
      fileMentions('File "'.repeat(20_000));
      fileMentions('file:///'.repeat(20_000));
    }
  });
});
