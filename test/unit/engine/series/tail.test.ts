import assert from 'node:assert/strict';
import { type Columns, emptyColumns } from '../../../../src/engine/store/series/points';
import { Tail } from '../../../../src/engine/store/series/tail';
import { SeededRandom } from '../../../support/seededRandom';

/** Points of a stream from one position to before another: each knows where it is, and in which column. */
function pointsOf(from: number, to: number): Columns {
  const columns = emptyColumns(to - from);
  for (let i = 0; i < to - from; i += 1) {
    columns.step[i] = from + i;
    columns.time[i] = from + i + 0.25;
    columns.wall[i] = from + i + 0.5;
    columns.value[i] = from + i + 0.75;
  }
  return columns;
}

describe('the newest points of a stream', () => {
  it('are those that were appended, however they come and go, beside those of others', () => {
    for (let seed = 1; seed <= 30; seed += 1) {
      const random = new SeededRandom(seed);
      const first = random.below(1000);
      // Two that hand blocks on to one another.
      const tails = [new Tail(first), new Tail(first)];
      const ends = [first, first];
      for (let i = 0; i < 400; i += 1) {
        const which = random.below(2);
        const tail = tails[which];
        assert.ok(tail);
        const size = random.pick([1, 3, 15, 16, 100, 255, 256, 257, 3000]) ?? 1;
        const [from, end] = [tail.from, tail.end];
        switch (random.below(6)) {
          case 0:
            tail.truncate(from + random.below(end - from + 1));
            break;
          case 1:
            tail.dropBefore(from + random.below(end - from + 1));
            break;
          case 2: {
            const before = from - Math.min(from, size);
            tail.prepend(pointsOf(before, from));
            assert.equal(tail.from, before);
            break;
          }
          default: {
            const skipped = random.below(5);
            tail.append(pointsOf(end - skipped, end + size + 2), skipped, skipped + size);
            assert.equal(tail.end, end + size);
          }
        }
        ends[which] = tail.end;
        for (const [other, each] of tails.entries()) {
          assert.equal(each.end, ends[other]);
          assert.deepEqual(each.columns(each.from, each.end), pointsOf(each.from, each.end), `seed ${seed}, ${i}`);
          const low = each.from + random.below(each.length + 1);
          const high = low + random.below(each.end - low + 1);
          assert.deepEqual(each.columns(low, high, emptyColumns(each.length + 7)), pointsOf(low, high));
        }
        // Nobody holds much more than that.
        assert.ok(tail.sizeBytes <= 32 * (tail.length + 2 * 256));
      }
    }
  });

  it('take little room when they are few', () => {
    const tail = new Tail(0);
    assert.equal(tail.sizeBytes, 0);
    tail.append(pointsOf(0, 3), 0, 3);
    assert.ok(tail.sizeBytes <= 32 * 4);
  });
});
