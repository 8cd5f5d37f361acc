/** Where diagnostics go: an output channel in the editor, a file in the engine, nowhere in most tests. */
export interface Log {
  info(message: string, details?: Readonly<Record<string, unknown>>): void;
  warn(message: string, details?: Readonly<Record<string, unknown>>): void;
  /** For bugs: `error` is written whole, with its stack and causes. */
  error(message: string, error?: unknown): void;
}

export const silentLog: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
