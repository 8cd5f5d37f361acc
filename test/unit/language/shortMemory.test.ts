import assert from 'node:assert/strict';
import { ShortMemory } from '../../../src/language/shortMemory';

describe('what was asked a moment ago', () => {
  it('is not asked again until the moment is over', async () => {
    let [now, asked] = [0, 0];
    const memory = new ShortMemory<number>(1000, () => now);
    const ask = async (): Promise<number> => Promise.resolve((asked += 1));
    assert.deepEqual(await Promise.all([memory.get('a', ask), memory.get('a', ask), memory.get('b', ask)]), [1, 1, 2]);
    now = 999;
    assert.equal(await memory.get('a', ask), 1);
    now = 1000;
    assert.equal(await memory.get('a', ask), 3);
  });

  it('is asked again when it failed', async () => {
    const memory = new ShortMemory<number>(1000, () => 0);
    await assert.rejects(
      memory.get('a', async () => Promise.reject(new Error('no'))),
      /no/,
    );
    assert.equal(await memory.get('a', async () => Promise.resolve(1)), 1);
  });
});
