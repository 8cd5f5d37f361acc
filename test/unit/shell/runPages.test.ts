import assert from 'node:assert/strict';
import type { Run } from '../../../src/model/run';
import { RunPages } from '../../../src/shell/tree/runPages';
import { makeRun } from './fakeSource';

const pagesOf = (...sequences: number[]): RunPages<{ run: Run }> => {
  const pages = new RunPages((run) => ({ run }));
  pages.append({ runs: sequences.map((sequence) => makeRun(sequence)), more: true });
  return pages;
};
const names = (pages: RunPages<{ run: Run }>): string[] => pages.holders.map(({ run }) => run.name);

describe('pages of runs', () => {
  it('puts a new run first', () => {
    const pages = pagesOf(5, 4);
    assert.equal(pages.put(makeRun(6)), 'added');
    assert.deepEqual(names(pages), ['run-6', 'run-5', 'run-4']);
  });

  it('keeps the row of a run that changes', () => {
    const pages = pagesOf(5, 4);
    const [, row] = pages.holders;
    assert.equal(pages.put(makeRun(4, { status: 'failed' })), 'changed');
    assert.equal(pages.holders[1], row);
    assert.equal(row?.run.status, 'failed');
  });

  it('leaves a run that is older than what is loaded to its page', () => {
    const pages = pagesOf(5, 4);
    assert.equal(pages.put(makeRun(2)), 'beyond');
    pages.append({ runs: [makeRun(3), makeRun(2)], more: false });
    assert.deepEqual(names(pages), ['run-5', 'run-4', 'run-3', 'run-2']);
    assert.equal(pages.put(makeRun(1)), 'added');
  });

  it('keeps the order when pushes come out of order', () => {
    const pages = pagesOf(5, 2);
    pages.put(makeRun(7));
    pages.put(makeRun(3));
    pages.put(makeRun(6));
    assert.deepEqual(names(pages), ['run-7', 'run-6', 'run-5', 'run-3', 'run-2']);
  });

  it('puts what a run is made of in the order of its file', () => {
    const pages = new RunPages((run: Run) => ({ run }), 'oldest first');
    assert.equal(pages.put(makeRun(4)), 'beyond');
    pages.append({ runs: [makeRun(4), makeRun(5)], more: true });
    assert.equal(pages.put(makeRun(7)), 'beyond');
    assert.equal(pages.put(makeRun(5)), 'changed');
    pages.append({ runs: [makeRun(6), makeRun(7)], more: false });
    assert.deepEqual([names(pages), pages.last], [['run-4', 'run-5', 'run-6', 'run-7'], 7]);
  });

  it('reads everything anew and keeps the rows that are still there', () => {
    const pages = pagesOf(5, 4, 3);
    const kept = pages.holders[2];
    pages.replace({ runs: [makeRun(6), makeRun(5), makeRun(3)], more: false });
    assert.deepEqual(names(pages), ['run-6', 'run-5', 'run-3']);
    assert.equal(pages.holders[2], kept);
    assert.equal(pages.more, false);
  });
});
