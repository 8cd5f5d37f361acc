import assert from 'node:assert/strict';
import { countVisibleGpus, visibleGpus } from '../../../src/model/gpus';

const gpus = ['8932f937', '89aa0000', 'c0ffee00'].map((part, index) => ({
  index,
  uuid: `GPU-${part}-d72c-4106-c12f-20bd9faed9f6`,
}));
const words = (value: string | undefined): string[] => visibleGpus(gpus, value).map(({ word }) => word);

describe('CUDA_VISIBLE_DEVICES', () => {
  it('leaves all when it is not set, and none when it is empty', () => {
    assert.deepEqual(words(undefined), ['0', '1', '2']);
    assert.deepEqual(words(''), []);
    assert.deepEqual(words('-1'), []);
  });

  it('names by number, by uuid or its beginning, and slices, in its own order', () => {
    assert.deepEqual(words('2, 0'), ['2', '0']);
    assert.deepEqual(words('GPU-c0ffee00,GPU-8932,MIG-1'), ['GPU-c0ffee00', 'GPU-8932', 'MIG-1']);
  });

  it('is read as CUDA reads it, up to the first word that names nothing, or anything twice', () => {
    assert.deepEqual(words('0,-1,2'), ['0']);
    assert.deepEqual(words('1,7,0'), ['1']);
    assert.deepEqual(words('GPU-89'), []);
    assert.deepEqual(words('0,0'), ['0']);
    assert.deepEqual(words('0,GPU-8932'), ['0']);
    assert.deepEqual(words('two'), []);
  });

  it('tells how many it leaves where only their number is known', () => {
    const counts = [undefined, '', '0,2', '0,9,1', 'GPU-a,MIG-b', '-1'].map((value) => countVisibleGpus(3, value));
    assert.deepEqual(counts, [3, 0, 2, 1, 2, 0]);
  });
});
