/** A webview's log is the console of its developer tools: the only place where someone who looks for it will find it. */
import type { Log } from '../../src/base/log';

export const consoleLog: Log = {
  info: (message, details) => console.info(message, ...(details ? [details] : [])),
  warn: (message, details) => console.warn(message, ...(details ? [details] : [])),
  error: (message, error) => console.error(message, error),
};
