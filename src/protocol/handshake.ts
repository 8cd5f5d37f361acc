/**
 * The first bytes on the engine's socket, before anything is parsed as a message: the client says
 * `SIDELAB <protocol> <token>\n`, the engine answers `OK\n` or `NO <reason>\n` and closes. Lines are bounded.
 *
 * Each side speaks the version that the older of the two was made for, if that is at most one back.
 */
import { timingSafeEqual } from 'node:crypto';
import type { Socket } from 'node:net';
import { Failure } from '../base/failure';
import { engineProtocolVersion } from './engine';

/** What both sides of this version speak: their own, and the one before. */
export type SpokenProtocol = 1 | typeof engineProtocolVersion;
const isSpoken = (protocol: number): protocol is SpokenProtocol => protocol === 1 || protocol === engineProtocolVersion;

const maxLineBytes = 256;
const handshakeTimeoutMs = 5000;
const refusalMs = 1000;

/** The engine's side. Resolves with the version that the peer speaks when it may go on; the socket is ended otherwise. */
export async function admit(socket: Socket, token: string): Promise<SpokenProtocol | undefined> {
  const line = await readLine(socket);
  const [word, protocol, given] = line?.split(' ') ?? [];
  const asked = Number(protocol);
  const knowsToken = word === 'SIDELAB' && given !== undefined && sameToken(given, token);
  if (knowsToken && isSpoken(asked)) {
    socket.write('OK\n');
    return asked;
  }
  const refusal = knowsToken ? `protocol ${engineProtocolVersion}` : 'token';
  // Ended by us whether or not the peer ever ends its side.
  socket.end(`NO ${refusal}\n`, () => socket.destroySoon());
  setTimeout(() => socket.destroy(), refusalMs).unref();
  return undefined;
}

/**
 * The client's side; `newest` is the newest version that the engine speaks, by its `engine.json`. Resolves with the version
 * spoken from here on. Throws `Unauthorized`, `Incompatible` or `Unavailable`.
 */
export async function introduce(
  socket: Socket,
  token: string,
  newest: number = engineProtocolVersion,
): Promise<SpokenProtocol> {
  const protocol = isSpoken(newest) ? newest : engineProtocolVersion;
  socket.write(`SIDELAB ${protocol} ${token}\n`);
  const answer = await readLine(socket);
  if (answer === 'OK') return protocol;
  socket.destroy();
  if (answer?.startsWith('NO token')) {
    throw new Failure('Unauthorized', 'The engine did not accept the token of its engine.json.');
  }
  if (answer?.startsWith('NO protocol')) {
    const theirs = Number(answer.slice('NO protocol'.length));
    // It has just taken the place of the one that `engine.json` named: the next try reads that anew.
    if (isSpoken(theirs) && theirs !== protocol) {
      throw new Failure('Unavailable', 'The engine is being replaced by one of another version.');
    }
    const isOlder = theirs < engineProtocolVersion;
    throw new Failure(
      'Incompatible',
      `The running engine speaks ${isOlder ? 'an earlier' : 'a later'} version than this window (${answer.slice(3)}).`,
      {
        hint: isOlder
          ? 'It ends when its runs have ended and its windows are closed; the next one is of this version.'
          : 'Reload the window, so that the editor and the engine are of one version.',
      },
    );
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
