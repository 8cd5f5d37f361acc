import assert from 'node:assert/strict';
import { Type } from '@sinclair/typebox';
import { Failure } from '../../../src/base/failure';
import { type Log, silentLog } from '../../../src/base/log';
import { request } from '../../../src/protocol/contract';
import { ClientPeer, type Handlers, ServerPeer } from '../../../src/protocol/peer';
import { maxFrameBytes, SocketReader, SocketWriter } from '../../../src/protocol/socketTransport';
import { connectPair, type ConnectedPair } from './connectedPair';

const contract = {
  requests: {
    echo: request(Type.Object({ text: Type.String() }), Type.Object({ text: Type.String() })),
    wait: request(Type.Object({}), Type.Object({})),
    bytes: request(Type.Object({ count: Type.Integer() }), Type.Object({ bytes: Type.Uint8Array() })),
  },
  notifications: { told: Type.Object({ text: Type.String() }) },
} as const;
type TestContract = typeof contract;

describe('a conversation', () => {
  let pair: ConnectedPair;
  let server: ServerPeer<TestContract>;
  let client: ClientPeer<TestContract>;
  let bugs: string[];
  let told: string[];
  let waiting: AbortSignal | undefined;

  const open = (handlers: Partial<Handlers<TestContract>> = {}): void => {
    const log: Log = { ...silentLog, error: (message, error) => bugs.push(`${message} ${String(error)}`) };
    const all: Handlers<TestContract> = {
      echo: async ({ text }) => ({ text }),
      wait: async (_params, signal) => {
        waiting = signal;
        return new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new Failure('Cancelled', 'given up')));
        });
      },
      bytes: async ({ count }) => ({ bytes: new Uint8Array(count) }),
      ...handlers,
    };
    server = new ServerPeer(contract, new SocketReader(pair.server), new SocketWriter(pair.server), all, log);
    client = new ClientPeer(
      contract,
      new SocketReader(pair.client),
      new SocketWriter(pair.client),
      { told: ({ text }) => void told.push(text) },
      log,
    );
  };

  beforeEach(async () => {
    pair = await connectPair();
    bugs = [];
    told = [];
    waiting = undefined;
  });
  afterEach(async () => {
    client.dispose();
    server.dispose();
    await pair.close();
  });

  const outcome = async (work: Promise<unknown>): Promise<unknown> =>
    work.catch((error: unknown) =>
      error instanceof Failure ? `${error.code}: ${error.message}` : `bug: ${(error as Error).message}`,
    );
  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2));
  };

  it('answers each call with its result, in any order', async () => {
    open();
    const answers = await Promise.all(['a', 'b', 'c'].map(async (text) => client.call('echo', { text })));
    assert.deepEqual(answers, [{ text: 'a' }, { text: 'b' }, { text: 'c' }]);
  });

  it('carries a failure whole, and a bug as a bug', async () => {
    const place = { file: 'a.json', line: 1, column: 2 };
    open({
      echo: async ({ text }) => {
        if (text === 'failure') throw new Failure('NotFound', 'There is none.', { hint: 'Look again.', place });
        throw new TypeError('oops');
      },
    });
    const failure = await client.call('echo', { text: 'failure' }).catch((error: unknown) => error);
    assert.ok(failure instanceof Failure);
    assert.deepEqual(failure.toData(), { code: 'NotFound', message: 'There is none.', hint: 'Look again.', place });
    assert.equal(await outcome(client.call('echo', { text: 'bug' })), 'bug: Internal error in echo: oops');
    assert.deepEqual(bugs, ['The request echo ended in a bug. TypeError: oops']);
  });

  it('refuses what is not as agreed, on the way there and on the way back', async () => {
    open({ echo: async () => ({ text: 5 }) as unknown as { text: string } });
    const wrong = await outcome(client.call('echo', { text: 5 } as unknown as { text: string }));
    const back = await outcome(client.call('echo', { text: 'a' }));
    assert.deepEqual(
      [wrong, back],
      ['InvalidInput: echo: /text: Expected string.', 'InvalidInput: echo: /text: Expected string.'],
    );
  });

  it('tells the engine when a caller gives up', async () => {
    open();
    const giveUp = new AbortController();
    const call = outcome(client.call('wait', {}, giveUp.signal));
    await until(() => waiting !== undefined);
    giveUp.abort();
    assert.equal(await call, 'Cancelled: given up');
    assert.equal(waiting?.aborted, true);
  });

  it('answers every pending call when the connection ends, as unavailable', async () => {
    open();
    const calls = [outcome(client.call('wait', {})), outcome(client.call('wait', {}))];
    await until(() => waiting !== undefined);
    pair.server.destroy();
    assert.deepEqual(await Promise.all(calls), Array(2).fill('Unavailable: The connection was closed.'));
    assert.equal(await outcome(client.call('echo', { text: 'late' })), 'Unavailable: The connection was closed.');
  });

  it('answers every pending call when its own side is disposed', async () => {
    open();
    const call = outcome(client.call('wait', {}));
    await until(() => waiting !== undefined);
    client.dispose();
    assert.equal(await call, 'Unavailable: The connection was closed.');
  });

  it('answers every pending call when the other side sends what cannot be decoded', async () => {
    open();
    const call = outcome(client.call('wait', {}));
    await until(() => waiting !== undefined);
    pair.server.write(Buffer.from([0, 0, 0, 1, 0xc1]));
    assert.equal(await call, 'Unavailable: The connection was closed.');
    assert.equal(client.isClosed, true);
  });

  it('aborts the work of a caller who is gone, and survives to answer into the void', async () => {
    open();
    void outcome(client.call('wait', {}));
    await until(() => waiting !== undefined);
    pair.client.destroy();
    await until(() => waiting?.aborted === true);
    await until(() => server.isClosed);
  });

  it('answers a call whose result is too long to send', async () => {
    open();
    assert.match(String(await outcome(client.call('bytes', { count: maxFrameBytes }))), /too long to send/);
    assert.deepEqual(await client.call('echo', { text: 'still here' }), { text: 'still here' });
  });

  it('delivers notices in order, and drops one that is not as agreed', async () => {
    open();
    server.notify('told', { text: 'a' });
    server.notify('told', { text: 1 } as unknown as { text: string });
    server.notify('told', { text: 'b' });
    await until(() => told.length === 2);
    assert.deepEqual(told, ['a', 'b']);
    assert.equal(bugs.length, 1);
  });
});
