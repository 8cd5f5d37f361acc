import assert from 'node:assert/strict';
import { Failure } from '../../../src/base/failure';
import { admit, introduce } from '../../../src/protocol/handshake';
import { engineProtocolVersion } from '../../../src/protocol/engine';
import { encodeFrame, SocketReader } from '../../../src/protocol/socketTransport';
import { closed, connectPair, type ConnectedPair } from './connectedPair';

const token = 'a'.repeat(43);

describe('the handshake', () => {
  let pair: ConnectedPair;
  beforeEach(async () => (pair = await connectPair()));
  afterEach(async () => pair.close());

  const code = async (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'admitted',
      (error: unknown) => (error instanceof Failure ? error.code : String(error)),
    );

  it('admits who knows the token', async () => {
    const [admitted, answer] = await Promise.all([admit(pair.server, token), code(introduce(pair.client, token))]);
    assert.deepEqual([admitted, answer], [engineProtocolVersion, 'admitted']);
  });

  it('speaks the version of the older side, one back at most', async () => {
    const spoken: unknown[] = [];
    for (const newest of [engineProtocolVersion + 1, engineProtocolVersion, engineProtocolVersion - 1, -1]) {
      spoken.push(await Promise.all([admit(pair.server, token), introduce(pair.client, token, newest)]));
      await pair.close();
      pair = await connectPair();
    }
    const [ours, before] = [engineProtocolVersion, engineProtocolVersion - 1];
    assert.deepEqual(spoken, [
      [ours, ours],
      [ours, ours],
      [before, before],
      [ours, ours],
    ]);
    pair.client.write(`SIDELAB ${engineProtocolVersion + 1} ${token}\n`);
    assert.equal(await admit(pair.server, token), undefined);
  });

  it('gives nothing but a refusal to who does not', async () => {
    let heard = '';
    pair.client.on('data', (chunk: Buffer) => (heard += chunk.toString()));
    pair.client.write(`SIDELAB ${engineProtocolVersion} ${'b'.repeat(43)}\n`);
    pair.client.write(encodeFrame({ jsonrpc: '2.0', id: 1, method: 'runs.list', params: { limit: 1 } }));
    assert.equal(await admit(pair.server, token), undefined);
    await closed(pair.client);
    assert.equal(heard, 'NO token\n');
  });

  it('tells the client what is wrong: the token, the version, or that nobody answered', async () => {
    const [, wrongToken] = await Promise.all([admit(pair.server, token), code(introduce(pair.client, 'x'.repeat(43)))]);
    await pair.close();
    pair = await connectPair();
    pair.server.end(`NO protocol ${engineProtocolVersion + 1}\n`);
    const wrongVersion = await code(introduce(pair.client, token));
    await pair.close();
    pair = await connectPair();
    pair.server.end(`NO protocol ${engineProtocolVersion - 1}\n`);
    const beingReplaced = await code(introduce(pair.client, token));
    await pair.close();
    pair = await connectPair();
    pair.server.end();
    const silent = await code(introduce(pair.client, token));
    assert.deepEqual(
      [wrongToken, wrongVersion, beingReplaced, silent],
      ['Unauthorized', 'Incompatible', 'Unavailable', 'Unavailable'],
    );
  });

  it('ends a connection that talks without end', async () => {
    const admitted = admit(pair.server, token);
    pair.client.write('x'.repeat(100_000));
    assert.equal(await admitted, undefined);
    await closed(pair.client);
  });

  it('takes nothing of what follows it, even in the same packet', async () => {
    pair.client.write(
      Buffer.concat([
        Buffer.from(`SIDELAB ${engineProtocolVersion} ${token}\n`),
        encodeFrame({ jsonrpc: '2.0', method: 'first' }),
        encodeFrame({ jsonrpc: '2.0', method: 'second' }),
      ]),
    );
    assert.equal(await admit(pair.server, token), engineProtocolVersion);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const methods: unknown[] = [];
    await new Promise<void>((resolve) => {
      new SocketReader(pair.server).listen((message) => {
        if (methods.push((message as unknown as { method: string }).method) === 2) resolve();
      });
    });
    assert.deepEqual(methods, ['first', 'second']);
  });
});
