/** The one place where what was thrown becomes words on stderr and an exit code. */
import { describeFailure, Failure } from '../base/failure';
import { exitCodeOfFailure, exitCodes } from './exitCodes';

export function reportThrown(thrown: unknown, write: (text: string) => void): number {
  if (thrown instanceof Failure) {
    write(`sidelab: ${describeFailure(thrown.toData())}\n`);
    return exitCodeOfFailure(thrown.code);
  }
  write(`sidelab: this is a bug of Sidelab.\n${describeBug(thrown)}\n`);
  return exitCodes.bug;
}

function describeBug(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const stack = thrown.stack ?? thrown.message;
  return thrown.cause === undefined ? stack : `${stack}\nCaused by: ${describeBug(thrown.cause)}`;
}
