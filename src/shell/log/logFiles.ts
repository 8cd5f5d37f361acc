/**
 * Logs as files that VS Code reads: read-only, and their address is all that there is of them. As files and not as documents of a
 * content provider, because the editor then takes over only what has changed: what one reads, selects and sees coloured
 * stays where it is while the log grows.
 */
import {
  type Event,
  EventEmitter,
  type FileChangeEvent,
  FileChangeType,
  FilePermission,
  type FileStat,
  FileSystemError,
  type FileSystemProvider,
  FileType,
  l10n,
  type Uri,
} from 'vscode';
import { type Disposable, DisposableStore } from '../../base/lifecycle';
import type { FollowedLog } from './followedLog';

const noLog = `${l10n.t('This is not the address of a run’s output.')}\n`;

export class LogFiles implements FileSystemProvider, Disposable {
  readonly #owned = new DisposableStore();
  readonly #find: (uri: Uri) => Promise<FollowedLog | undefined>;
  readonly #didChange = this.#owned.own(new EventEmitter<FileChangeEvent[]>());
  readonly onDidChangeFile: Event<FileChangeEvent[]> = this.#didChange.event;

  /** `find` gives the log of an address, or makes it. */
  constructor(find: (uri: Uri) => Promise<FollowedLog | undefined>) {
    this.#find = find;
  }

  changed(uri: Uri): void {
    this.#didChange.fire([{ type: FileChangeType.Changed, uri }]);
  }

  async stat(uri: Uri): Promise<FileStat> {
    const log = await this.#find(uri);
    if (log?.revision === 0) await log.read();
    // By time and size VS Code knows that there is something new.
    const mtime = log?.revision ?? 0;
    return {
      type: FileType.File,
      ctime: 0,
      mtime,
      size: log?.page.text.length ?? 0,
      permissions: FilePermission.Readonly,
    };
  }

  async readFile(uri: Uri): Promise<Uint8Array> {
    const log = await this.#find(uri);
    if (!log) return new TextEncoder().encode(noLog);
    if (log.revision === 0) await log.read();
    return new TextEncoder().encode(log.takePage().text);
  }

  watch(): Disposable {
    return { dispose: () => undefined };
  }

  readDirectory(): [string, FileType][] {
    return [];
  }

  createDirectory(): never {
    throw FileSystemError.NoPermissions();
  }

  writeFile(): never {
    throw FileSystemError.NoPermissions(l10n.t('The output of a run is only read.'));
  }

  delete(): never {
    throw FileSystemError.NoPermissions(l10n.t('The output of a run is deleted with the run.'));
  }

  rename(): never {
    throw FileSystemError.NoPermissions();
  }

  dispose(): void {
    this.#owned.dispose();
  }
}
