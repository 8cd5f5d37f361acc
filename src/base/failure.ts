/**
 * What went wrong in a way that its reader can mend. Anything else that is thrown is a bug, and is logged whole.
 *
 * A failure crosses borders (socket, webview, exit record) as `FailureData` and is a `Failure` again on the other side.
 */

/** The closed list of kinds. Surfaces map a code to a toast, a tree node or an exit code; nobody parses messages. */
export const failureCodes = [
  'InvalidInput',
  'NotFound',
  'Conflict',
  'Unauthorized',
  'Unavailable',
  'Incompatible',
  'TooLarge',
  'Cancelled',
  'Untrusted',
  'Storage',
] as const;

export type FailureCode = (typeof failureCodes)[number];

/** A place in a file; line and column count from 1, as editors show them. */
export interface FilePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface FailureData {
  readonly code: FailureCode;
  readonly message: string;
  readonly hint?: string;
  readonly place?: FilePlace;
}

export interface FailureOptions {
  /** What to do about it, in one sentence. */
  readonly hint?: string;
  readonly place?: FilePlace;
  readonly cause?: unknown;
}

export class Failure extends Error {
  readonly code: FailureCode;
  readonly hint: string | undefined;
  readonly place: FilePlace | undefined;

  constructor(code: FailureCode, message: string, options: FailureOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'Failure';
    this.code = code;
    this.hint = options.hint;
    this.place = options.place;
  }

  toData(): FailureData {
    return {
      code: this.code,
      message: this.message,
      ...(this.hint === undefined ? {} : { hint: this.hint }),
      ...(this.place === undefined ? {} : { place: this.place }),
    };
  }

  static fromData(data: FailureData): Failure {
    return new Failure(data.code, data.message, {
      ...(data.hint === undefined ? {} : { hint: data.hint }),
      ...(data.place === undefined ? {} : { place: data.place }),
    });
  }
}

/** The message a person reads: `file:line:column: message hint`, whatever of it is known. */
export function describeFailure(failure: FailureData): string {
  const place = failure.place ? `${failure.place.file}:${failure.place.line}:${failure.place.column}: ` : '';
  return `${place}${failure.message}${failure.hint ? ` ${failure.hint}` : ''}`;
}

/** The message of whatever was thrown, for texts that embed a cause. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** True for an error of the operating system with one of these codes (`ENOENT`, …). */
export function hasErrorCode(thrown: unknown, ...codes: readonly string[]): boolean {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' && codes.includes(thrown.code);
}
