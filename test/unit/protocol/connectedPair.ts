/** Two ends of a real socket, for tests of what goes over it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
// Gives vscode-jsonrpc its platform.
import 'vscode-jsonrpc/node';

export interface ConnectedPair {
  readonly server: Socket;
  readonly client: Socket;
  close(): Promise<void>;
}

export async function connectPair(): Promise<ConnectedPair> {
  const folder = await mkdtemp(path.join(tmpdir(), 'sidelab-pair-'));
  const listener = createServer();
  const file = path.join(folder, 's');
  await new Promise<void>((resolve) => listener.listen(file, resolve));
  const accepted = new Promise<Socket>((resolve) => listener.once('connection', resolve));
  const client = connect(file);
  const server = await accepted;
  for (const socket of [client, server]) socket.on('error', () => undefined);
  return {
    server,
    client,
    async close() {
      client.destroy();
      server.destroy();
      await new Promise((resolve) => listener.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export const closed = async (socket: Socket): Promise<void> =>
  socket.closed ? undefined : new Promise((resolve) => socket.once('close', () => resolve()));
