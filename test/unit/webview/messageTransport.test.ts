import 'vscode-jsonrpc/node';
import assert from 'node:assert/strict';
import { Type } from '@sinclair/typebox';
import { Failure } from '../../../src/base/failure';
import { silentLog } from '../../../src/base/log';
import { Float64Column } from '../../../src/model/series';
import { request } from '../../../src/protocol/contract';
import { ClientPeer, ServerPeer } from '../../../src/protocol/peer';
import { type Hear, PostedMessageReader, PostedMessageWriter } from '../../../src/protocol/postedMessages';
import { settled } from '../../support/settling';

const contract = {
  requests: { double: request(Type.Object({ of: Float64Column }), Type.Object({ twice: Float64Column })) },
  notifications: { said: Type.Object({ text: Type.String() }) },
} as const;

/** Two ends of a window's messages, copied as `postMessage` copies them. */
function wire(): readonly [post: (message: unknown) => void, hear: Hear] {
  const listeners = new Set<(data: unknown) => void>();
  const post = (message: unknown): void => {
    const copy: unknown = structuredClone(message);
    queueMicrotask(() => listeners.forEach((listener) => listener(copy)));
  };
  const hear: Hear = (listener) => {
    listeners.add(listener);
    return { dispose: () => listeners.delete(listener) };
  };
  return [post, hear];
}

describe('messages between a panel and the editor', () => {
  const [toHost, hearClient] = wire();
  const [toView, hearHost] = wire();
  const heard: string[] = [];
  const host = new ServerPeer(
    contract,
    new PostedMessageReader(hearClient),
    new PostedMessageWriter(toView),
    {
      double: async ({ of }) => {
        if (of.length === 0) throw new Failure('InvalidInput', 'There is nothing to double.');
        return { twice: of.map((value) => 2 * value) };
      },
    },
    silentLog,
  );
  const view = new ClientPeer(
    contract,
    new PostedMessageReader(hearHost),
    new PostedMessageWriter(toHost),
    { said: ({ text }) => heard.push(text) },
    silentLog,
  );
  after(() => {
    view.dispose();
    host.dispose();
  });

  it('carry columns of numbers with their NaN and infinities', async () => {
    const { twice } = await view.call('double', { of: Float64Array.from([1, NaN, -Infinity]) });
    assert.deepEqual(twice, Float64Array.from([2, NaN, -Infinity]));
  });

  it('answer a failure as the failure', async () => {
    await assert.rejects(view.call('double', { of: new Float64Array() }), { code: 'InvalidInput' });
  });

  it('pass by whatever else is posted to the window', async () => {
    toView({ type: 'someone else' });
    toView('text');
    host.notify('said', { text: 'hello' });
    await settled();
    assert.deepEqual(heard, ['hello']);
  });
});
