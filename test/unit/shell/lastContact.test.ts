import assert from 'node:assert/strict';
import { toDisposable } from '../../../src/base/lifecycle';
import { LastContact } from '../../../src/shell/tree/lastContact';
import { FakeSource } from './fakeSource';

describe('the last contact with a source', () => {
  it('is told when one that answered has not for some time, until it does again', () => {
    const source = new FakeSource();
    const waiting = new Set<() => void>();
    let nowMs = new Date(2026, 10, 22, 12, 3).getTime();
    const contact = new LastContact([source], {
      nowMs: () => nowMs,
      after: (_delayMs, call) => {
        waiting.add(call);
        return toDisposable(() => waiting.delete(call));
      },
    });
    contact.start();
    let told = 0;
    contact.onDidChange(() => (told += 1));
    const become = (state: 'connecting' | 'connected' | 'failed'): void => {
      source.connection = { state, sinceMs: nowMs };
      source.didChangeConnection.fire(source.connection);
    };
    become('connecting');
    become('connected');
    assert.deepEqual([waiting.size, contact.text, told], [0, '', 0], 'a short interruption is nothing to tell');
    become('connecting');
    nowMs += 60_000;
    become('failed');
    become('connecting');
    assert.equal(waiting.size, 1);
    for (const call of waiting) call();
    assert.match(contact.text, /^This machine has not answered since 12:03.*: what is shown is as of then\.$/);
    assert.equal(told, 1);
    become('connected');
    assert.deepEqual([contact.text, told], ['', 2]);
    contact.dispose();
  });
});
