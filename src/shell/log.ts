/** The output channel as a `Log`: "Sidelab" in the editor's Output view, with its levels. */
import type { LogOutputChannel } from 'vscode';
import type { Log } from '../base/log';

export class ChannelLog implements Log {
  readonly #channel: LogOutputChannel;

  constructor(channel: LogOutputChannel) {
    this.#channel = channel;
  }

  info(message: string, details?: Readonly<Record<string, unknown>>): void {
    this.#channel.info(withDetails(message, details));
  }

  warn(message: string, details?: Readonly<Record<string, unknown>>): void {
    this.#channel.warn(withDetails(message, details));
  }

  error(message: string, error?: unknown): void {
    this.#channel.error(error === undefined ? message : `${message}\n${wholeError(error)}`);
  }

  show(): void {
    this.#channel.show(true);
  }
}

function withDetails(message: string, details: Readonly<Record<string, unknown>> | undefined): string {
  return details === undefined ? message : `${message} ${JSON.stringify(details)}`;
}

/** With stack and causes: what a bug report needs. */
export function wholeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.stack ?? `${error.name}: ${error.message}`;
  const inner =
    error instanceof AggregateError ? error.errors.map((each) => `\n  with: ${wholeError(each)}`).join('') : '';
  return `${own}${inner}${error.cause === undefined ? '' : `\n  caused by: ${wholeError(error.cause)}`}`;
}
