import assert from 'node:assert/strict';
import { isSameCommand } from '../../../src/model/sameCommand';

describe('the same command', () => {
  const same: readonly (readonly [string[], string[]])[] = [
    [
      ['python', 'train.py'],
      ['/venv/bin/python3.12', 'train.py'],
    ],
    [
      ['node', 'a.mjs', '--lr=${parameters.lr}'],
      ['/usr/bin/node', 'a.mjs', '--lr=0.1'],
    ],
    [
      ['node', '${workspaceFolder}/a.mjs'],
      ['/usr/bin/node', '/w/a.mjs'],
    ],
    [
      ['node', 'a.mjs', '${parameters:flags}'],
      ['node', 'a.mjs'],
    ],
    [
      ['node', 'a.mjs', '${parameters:flags}', 'end'],
      ['node', 'a.mjs', '--lr', 'end', '--b', 'end'],
    ],
    [
      ['node', '${inputs.data}', '${parameters:flags}'],
      ['node', '1.csv', '2.csv', '--lr', '1'],
    ],
    [
      ['node', 'a-${parameters.a}-${parameters.b}-c'],
      ['node', 'a-1-2-c'],
    ],
    [
      ['echo', '$${HOME}'],
      ['/bin/echo', '${HOME}'],
    ],
    [['train.exe'], ['C:\\bin\\train.exe']],
  ];
  const others: readonly (readonly [string[], string[]])[] = [
    [
      ['python', 'train.py'],
      ['/venv/bin/python3', 'test.py'],
    ],
    [
      ['node', 'a.mjs'],
      ['node', 'a.mjs', '--lr'],
    ],
    [
      ['node', 'a.mjs', '--lr'],
      ['node', 'a.mjs'],
    ],
    [
      ['node', 'a.mjs'],
      ['deno', 'a.mjs'],
    ],
    [
      ['node', 'aa-${parameters.a}-aa'],
      ['node', 'aa-aa'],
    ],
    [
      ['node', '${parameters:flags}', 'end'],
      ['node', 'a', 'b'],
    ],
    [
      ['node', '${parameters.a}x${parameters.b}'],
      ['node', '1'],
    ],
    [[], ['node']],
    [['node'], []],
  ];

  it('gave the words that were executed, whatever the parameters were', () => {
    assert.deepEqual(
      same.filter(([written, executed]) => !isSameCommand(written, executed)),
      [],
    );
  });

  it('is not one with another program, other words, or more of them', () => {
    assert.deepEqual(
      others.filter(([written, executed]) => isSameCommand(written, executed)),
      [],
    );
  });

  it('is decided soon for rows of words that stand for many', () => {
    const written = ['node', ...Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? '${parameters:flags}' : 'a'))];
    const executed = ['node', ...Array.from({ length: 2000 }, () => 'a'), 'b'];
    assert.equal(isSameCommand(written, executed), false);
  });
});
