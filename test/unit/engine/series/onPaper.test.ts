import assert from 'node:assert/strict';
import { chunkPoints, fanOut, type NodeEntry } from '../../../../src/engine/store/series/nodes';
import { decodeState, emptyState, encodeState } from '../../../../src/engine/store/series/stream';

const points = 1_000_000_000;

describe('a series of a billion points, on paper', () => {
  it('has a state of some kilobytes, however long it grows, with the exact place of every node', () => {
    let at = 0;
    const levels: NodeEntry[][] = [];
    for (let level = 5; level >= 0; level -= 1) {
      const count = chunkPoints * fanOut ** level;
      const length = Math.min(fanOut - 1, Math.floor((points - at) / count));
      levels[level] = Array.from({ length }, (_, i): NodeEntry => {
        const from = at + i * count;
        const extent = { min: from, max: from + count - 1, exponent: 9, count };
        const extents = { step: extent, time: extent, wall: extent };
        return { level, id: 2 ** 40 + from, raw: 0, from, count, carried: undefined, extents };
      });
      at += length * count;
    }
    const state = { ...emptyState(), kept: points, sealed: at, levels };
    const bytes = encodeState(state);
    assert.ok(points - at < chunkPoints && bytes.byteLength < 12_000, `${bytes.byteLength} bytes`);
    assert.deepEqual(decodeState(bytes), state);
  });

  it('has counts and places that fit their rows', () => {
    // A node of level 5 is the largest that a billion points have: its count has 32 bits, places are doubles.
    assert.ok(chunkPoints * fanOut ** 5 < 2 ** 32);
    assert.ok(points < chunkPoints * fanOut ** 5 && points < Number.MAX_SAFE_INTEGER);
  });
});
