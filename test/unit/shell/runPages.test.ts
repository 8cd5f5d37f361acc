import assert from 'node:assert/strict';
import type { Run } from '../../../src/model/run';
import { type OrderKey, orderKeyOf, type RunOrder } from '../../../src/model/runOrder';
import { type PlacedRun, RunPages } from '../../../src/shell/tree/runPages';
import { makeRun } from './fakeSource';

const placed = (sequence: number, changes: Partial<Run> = {}, key: OrderKey = sequence): PlacedRun => {
  const run = makeRun(sequence, changes);
  return { run, place: { pinned: run.pinned === true, key, sequence } };
};
const pagesOf = (...sequences: number[]): RunPages<{ run: Run }> => {
  const pages = new RunPages((run) => ({ run }));
  pages.append({ runs: sequences.map((sequence) => placed(sequence)), more: true });
  return pages;
};
const names = (pages: RunPages<{ run: Run }>): string[] => pages.holders.map(({ run }) => run.name);

describe('pages of runs', () => {
  it('puts a new run first', () => {
    const pages = pagesOf(5, 4);
    assert.equal(pages.put(placed(6)), 'added');
    assert.deepEqual(names(pages), ['run-6', 'run-5', 'run-4']);
  });

  it('keeps the row of a run that changes', () => {
    const pages = pagesOf(5, 4);
    const [, row] = pages.holders;
    assert.equal(pages.put(placed(4, { status: 'failed' })), 'changed');
    assert.equal(pages.holders[1], row);
    assert.equal(row?.run.status, 'failed');
  });

  it('leaves a run that is older than what is loaded to its page', () => {
    const pages = pagesOf(5, 4);
    assert.equal(pages.put(placed(2)), 'beyond');
    pages.append({ runs: [placed(3), placed(2)], more: false });
    assert.deepEqual(names(pages), ['run-5', 'run-4', 'run-3', 'run-2']);
    assert.equal(pages.put(placed(1)), 'added');
  });

  it('keeps the order when pushes come out of order', () => {
    const pages = pagesOf(5, 2);
    pages.put(placed(7));
    pages.put(placed(3));
    pages.put(placed(6));
    assert.deepEqual(names(pages), ['run-7', 'run-6', 'run-5', 'run-3', 'run-2']);
  });

  it('puts what a run is made of in the order of its file', () => {
    const pages = new RunPages((run: Run) => ({ run }), { by: 'oldest' });
    assert.equal(pages.put(placed(4)), 'beyond');
    pages.append({ runs: [placed(4), placed(5)], more: true });
    assert.equal(pages.put(placed(7)), 'beyond');
    assert.equal(pages.put(placed(5)), 'changed');
    pages.append({ runs: [placed(6), placed(7)], more: false });
    assert.deepEqual([names(pages), pages.last?.sequence], [['run-4', 'run-5', 'run-6', 'run-7'], 7]);
  });

  it('reads everything anew and keeps the rows that are still there', () => {
    const pages = pagesOf(5, 4, 3);
    const kept = pages.holders[2];
    pages.replace({ runs: [placed(6), placed(5), placed(3)], more: false });
    assert.deepEqual(names(pages), ['run-6', 'run-5', 'run-3']);
    assert.equal(pages.holders[2], kept);
    assert.equal(pages.more, false);
  });

  it('keeps favourites first, and moves a run that becomes one, or is called otherwise', () => {
    const order: RunOrder = { by: 'name' };
    const pages = new RunPages((run: Run) => ({ run }), order);
    const named = (sequence: number, name: string, changes: Partial<Run> = {}): PlacedRun => {
      const run = makeRun(sequence, { name, ...changes });
      return placed(sequence, run, orderKeyOf(run, order));
    };
    pages.append({ runs: [named(1, 'b'), named(2, 'd'), named(3, 'f')], more: true });
    const [first] = pages.holders;
    assert.equal(pages.put(named(3, 'f', { pinned: true })), 'moved');
    assert.deepEqual(names(pages), ['f', 'b', 'd']);
    assert.equal(pages.put(named(1, 'c')), 'changed', 'it is still behind the favourite and before the next');
    assert.equal(pages.put(named(1, 'c', { status: 'running' })), 'changed');
    assert.equal(pages.holders[1], first);
    // Behind what is loaded others may come before it.
    assert.equal(pages.put(named(1, 'e')), 'moved');
    assert.deepEqual(names(pages), ['f', 'd']);
    assert.equal(pages.put(named(4, 'e')), 'beyond');
  });
});
