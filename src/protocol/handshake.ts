/**
 * The first bytes on the engine's socket, before anything is parsed as a message: the client says
 * `SIDELAB <protocol> <token>\n`, the engine answers `OK\n` or `NO <reason>\n` and closes. Lines are bounded.
 */
import { timingSafeEqual } from 'node:crypto';
import type { Socket } from 'node:net';
import { Failure } from '../base/failure';
import { engineProtocolVersion } from './engine';

const maxLineBytes = 256;
const handshakeTimeoutMs = 5000;
const refusalMs = 1000;

/** The engine's side. Resolves with true when the peer may go on; the socket is ended otherwise. */
export async function admit(socket: Socket, token: string): Promise<boolean> {
  const line = await readLine(socket);
  const [word, protocol, given] = line?.split(' ') ?? [];
  let refusal: string | undefined;
  if (word !== 'SIDELAB' || given === undefined || !sameToken(given, token)) refusal = 'token';
  else if (Number(protocol) !== engineProtocolVersion) refusal = `protocol ${engineProtocolVersion}`;
  if (refusal === undefined) {
    socket.write('OK\n');
    return true;
  }
  // Ended by us whether or not the peer ever ends its side.
  socket.end(`NO ${refusal}\n`, () => socket.destroySoon());
  setTimeout(() => socket.destroy(), refusalMs).unref();
  return false;
}

/** The client's side. Throws `Unauthorized`, `Incompatible` or `Unavailable`. */
export async function introduce(socket: Socket, token: string): Promise<void> {
  socket.write(`SIDELAB ${engineProtocolVersion} ${token}\n`);
  const answer = await readLine(socket);
  if (answer === 'OK') return;
  socket.destroy();
  if (answer?.startsWith('NO token')) {
    throw new Failure('Unauthorized', 'The engine did not accept the token of its engine.json.');
  }
  if (answer?.startsWith('NO protocol')) {
    throw new Failure('Incompatible', `The running engine speaks another version (${answer.slice(3)}).`, {
      hint: 'Reload the window, so that the editor and the engine are of one version.',
    });
  }
  throw new Failure('Unavailable', 'The engine closed the connection.');
}

function sameToken(given: string, token: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(token);
  return a.byteLength === b.byteLength && timingSafeEqual(a, b);
}

/** One line, and nothing after it is consumed. Undefined when the socket ends, stalls or sends too much. */
async function readLine(socket: Socket): Promise<string | undefined> {
  return new Promise((resolve) => {
    let line = '';
    const done = (result: string | undefined): void => {
      clearTimeout(timer);
      socket.off('readable', onReadable).off('close', onEnd).off('error', onEnd).off('end', onEnd);
      resolve(result);
    };
    const timer = setTimeout(() => {
      done(undefined);
      socket.destroy();
    }, handshakeTimeoutMs);
    const onEnd = (): void => done(undefined);
    const onReadable = (): void => {
      for (;;) {
        const byte = socket.read(1) as Buffer | null;
        if (byte === null) return;
        if (byte[0] === 10) return done(line);
        line += byte.toString('latin1');
        if (line.length > maxLineBytes) {
          done(undefined);
          socket.destroy();
          return;
        }
      }
    };
    socket.on('readable', onReadable).on('close', onEnd).on('error', onEnd).on('end', onEnd);
    onReadable();
  });
}
