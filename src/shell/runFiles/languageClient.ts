/** The client of the run files' language server: which documents it is told of, and how its process is started. Loaded with the first run file. */
import { type FileSystemWatcher, LogLevel, type LogOutputChannel } from 'vscode';
import { LanguageClient, TransportKind } from 'vscode-languageclient/node';
import { describingFilesGlob, runFileGlob } from '../ids';

export interface LanguageServerStart {
  /** Path of the server's bundle. */
  readonly serverPath: string;
  readonly channel: LogOutputChannel;
  readonly initializationOptions: unknown;
  readonly fileEvents: FileSystemWatcher;
}

export function makeLanguageClient({
  serverPath,
  channel,
  initializationOptions,
  fileEvents,
}: LanguageServerStart): LanguageClient {
  const server = { module: serverPath, transport: TransportKind.ipc };
  return new LanguageClient(
    'sidelab',
    'Sidelab',
    { run: server, debug: server },
    {
      documentSelector: [
        { scheme: 'file', pattern: runFileGlob },
        { scheme: 'untitled', pattern: runFileGlob },
        { scheme: 'file', pattern: describingFilesGlob },
      ],
      initializationOptions,
      outputChannel: channel,
      traceOutputChannel: untraced,
      // What stands in no tab, such as the other side of a comparison, is not checked: nobody is going to run it.
      diagnosticPullOptions: { onChange: true, onFocus: true },
      synchronize: { fileEvents },
    },
  );
}

const nothing = (): void => undefined;

/**
 * Messages are written down at no level of the log: those that ask for a plan or a submission have the environment in them, with the
 * secrets that are there.
 */
const untraced: LogOutputChannel = {
  name: 'nowhere',
  logLevel: LogLevel.Off,
  onDidChangeLogLevel: () => ({ dispose: nothing }),
  trace: nothing,
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  append: nothing,
  appendLine: nothing,
  replace: nothing,
  clear: nothing,
  show: nothing,
  hide: nothing,
  dispose: nothing,
};
