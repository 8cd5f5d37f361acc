import assert from 'node:assert/strict';
import {
  escapeLate,
  fillEarlyReferences,
  fillReferences,
  hasLateReference,
  runReferences,
  unescapeLate,
} from '../../../src/model/references';

const attempt = new Map([
  ['run.id', 'r1'],
  ['run.outputs', '/o'],
  ['run.checkpoints', '/c'],
]);

/** What the program gets: the core's pass, then the engine's. */
const throughBoth = (text: string, early: Readonly<Record<string, string>> = {}): string =>
  fillReferences(
    fillEarlyReferences(text, (name) => early[name] ?? assert.fail(`${name} is asked for`)),
    (name) => attempt.get(name),
  );

describe('references in texts', () => {
  it('are filled early and late, also in one text', () => {
    assert.equal(throughBoth('--to=${run.outputs}/${a}-${run.id}', { a: 'x' }), '--to=/o/x-r1');
    assert.equal(throughBoth('plain $HOME $$ { } {a} $', {}), 'plain $HOME $$ { } {a} $');
    assert.deepEqual([...attempt.keys()], [...runReferences]);
  });

  it('are literal after another dollar; each pair of dollars is one', () => {
    assert.equal(throughBoth('echo $${HOME} $${run.id}'), 'echo ${HOME} ${run.id}');
    assert.equal(throughBoth('$$${price} and $$$${a}', { price: '5' }), '$5 and $${a}');
    assert.equal(throughBoth('$$${run.id} $$$${run.id}'), '$r1 $${run.id}');
    assert.equal(throughBoth('$${ and $${a${b}', { b: '1' }), '${ and ${a1');
  });

  it('in a value stay what they are: no value is filled again', () => {
    const value = 'a ${run.id} $${run.id} ${x}';
    assert.equal(throughBoth('${v}|${run.id}', { v: value }), `${value}|r1`);
    assert.equal(throughBoth('${v}${run.id}', { v: 'cost $' }), 'cost $r1');
    assert.equal(throughBoth('${v}{run.id}', { v: '$' }), '${run.id}');
  });

  it('that a pass does not know are left, with their escapes', () => {
    const prompt = '${debian_chroot:+($debian_chroot)}$${x} ${ $${ $$${y}';
    assert.equal(
      fillReferences(prompt, (name) => attempt.get(name)),
      prompt,
    );
  });

  it('are not met in a text that was escaped, and whoever escapes gets the text back', () => {
    for (const text of ['', '${run.id}', '$${run.id}', '$$$${run.outputs}/${x}', '${run.ids} ${', 'a$']) {
      assert.equal(unescapeLate(escapeLate(text)), text);
      assert.equal(
        fillReferences(escapeLate(text), (name) => attempt.get(name)),
        text,
      );
      assert.equal(hasLateReference(escapeLate(text)), false, text);
    }
    assert.equal(hasLateReference('a/${run.outputs}'), true);
  });

  it('take no longer for long rows of dollars than their length', () => {
    const dollars = '$'.repeat(1_000_000);
    for (const text of [`${dollars}x${'${'}run.id}`, `${'${'}v}${'${'}run.id}`]) {
      assert.equal(
        throughBoth(text, { v: dollars }),
        text.replace('${v}', () => dollars).replace(/\$\{run\.id\}$/, 'r1'),
      );
    }
  });

  it('survive any text: both passes give back what stood between the references', () => {
    const pieces = ['$', '$$', '{', '}', '${run.id}', '${v}', '{run.id}', 'x', '${run.'];
    let seed = 7;
    const random = (limit: number): number => (seed = (seed * 48_271) % 0x7fffffff) % limit;
    for (let round = 0; round < 2000; round += 1) {
      const value = Array.from({ length: random(4) }, () => pieces[random(pieces.length)]).join('');
      assert.equal(throughBoth('${v}|${run.id}|${v}', { v: value }), `${value}|r1|${value}`);
      assert.equal(throughBoth('${v}${run.id}', { v: value }), `${value}r1`);
    }
  });
});
