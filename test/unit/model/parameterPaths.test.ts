import assert from 'node:assert/strict';
import { parameterFlags, parameterOverrides, parameterPaths } from '../../../src/model/parameterPaths';

describe('nested parameters', () => {
  it('are found by dotted paths', () => {
    assert.deepEqual(
      [...parameterPaths({ lr: 0.1, model: { width: 256, act: { name: 'relu' } }, 'a.b': 1, a: { b: 2 }, list: [1] })],
      [
        ['lr', 0.1],
        ['model', { width: 256, act: { name: 'relu' } }],
        ['model.width', 256],
        ['model.act', { name: 'relu' }],
        ['model.act.name', 'relu'],
        ['a.b', 1],
        ['a', { b: 2 }],
        ['list', [1]],
      ],
    );
  });

  it('become words of a command line', () => {
    const words = parameterFlags({
      lr: 0.1,
      model: { width: 256, bias: false },
      name: 'two words',
      amp: true,
      layers: [64, 32],
      pairs: [[1, 2], { a: 'b' }],
      tiny: 1e-7,
      shift: -1,
      pattern: '-x',
      seed: null,
      none: [],
      empty: {},
      text: '',
    });
    assert.deepEqual(words, [
      ...['--lr', '0.1', '--model.width', '256', '--no-model.bias', '--name', 'two words', '--amp'],
      ...['--layers', '64', '32', '--pairs', '[1,2]', '{"a":"b"}', '--tiny', '1e-7', '--shift', '-1'],
      ...['--pattern=-x', '--text', ''],
    ]);
  });

  it('become overrides, in which texts that would be read as something else are quoted', () => {
    const words = parameterOverrides({
      lr: 0.1,
      model: { width: 256, bias: false, act: { name: 'relu' } },
      '+trainer.fast': true,
      seed: null,
      layers: [64, 32, 'a b'],
      pairs: [[1, 2], { a: 'b', 'c d': null }],
      none: [],
      empty: {},
      data: '/data/a-1.csv',
      url: 'http://host:80/x',
      when: 'no',
      version: '1.0',
      sum: 'a=b, c',
      quote: "it's",
      both: `"it's"`,
      slash: 'C:\\',
      text: '',
    });
    assert.deepEqual(words, [
      ...['lr=0.1', 'model.width=256', 'model.bias=false', 'model.act.name=relu', '+trainer.fast=true', 'seed=null'],
      ...["layers=[64,32,'a b']", "pairs=[[1,2],{a: b,'c d': null}]", 'none=[]', 'empty={}', 'data=/data/a-1.csv'],
      ...['url=http://host:80/x', "when='no'", "version='1.0'", "sum='a=b, c'", `quote="it's"`, `both='"it\\'s"'`],
      ...["slash='C:\\\\'", "text=''"],
    ]);
  });
});
