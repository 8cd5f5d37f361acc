/**
 * The language server of run files, while one is open: it completes, explains and checks them in a process of its own, so
 * that no file, however long, makes other extensions wait.
 */
import { type LogOutputChannel, type TextDocument, Uri, workspace } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import type { TSchema } from '@sinclair/typebox';
import { Check } from '@sinclair/typebox/value';
import type { Clock } from '../../base/clock';
import { type Disposable, DisposableSlot, DisposableStore } from '../../base/lifecycle';
import type { Log } from '../../base/log';
import type { Source } from '../../core/source';
import type { Params, RequestName, Result } from '../../protocol/contract';
import type { LanguageSettings, LanguageWindowContract } from '../../protocol/language';
import { ownNodeVariable } from '../../core/runFiles/environment';
import { isRunFilePath } from '../../core/runFiles/runFilePath';
import { describingFilesGlob } from '../ids';
import { findSelectedPython } from '../selectedPython';
import { knownCapacity } from './knownCapacity';
import { knownHistory } from './knownHistory';
import { knownNames } from './knownNames';

/** After the last run file was closed: who looks at several does not wait for each. */
const lingerMs = 60_000;

export interface RunFileLanguageParts {
  /** Where runs go. */
  readonly source: Source;
  /** Path of the server's bundle. */
  readonly serverPath: string;
  /** Resolves when the environment of the extension host is what runs get. */
  readonly environmentReady: () => Promise<void>;
  readonly channel: LogOutputChannel;
  readonly clock: Clock;
  readonly log: Log;
}

export class RunFileLanguage implements Disposable {
  readonly #parts: RunFileLanguageParts;
  readonly #owned = new DisposableStore();
  readonly #ending = this.#owned.own(new DisposableSlot());
  /** The client's: a new one has its own. */
  readonly #watching = this.#owned.own(new DisposableSlot());
  #client: LanguageClient | undefined;
  /** Starts and stops one after the other. */
  #turn: Promise<void> = Promise.resolve();

  constructor(parts: RunFileLanguageParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#owned.own(workspace.onDidOpenTextDocument((document) => isOurs(document) && this.#serve()));
    this.#owned.own(workspace.onDidCloseTextDocument((document) => isOurs(document) && this.#endSoon()));
    this.#owned.own(workspace.onDidGrantWorkspaceTrust(() => void this.#tellSettings()));
    // A program or a folder that was missing may be there now, and so may what the machine has.
    this.#owned.own(workspace.onDidSaveTextDocument(() => this.#tell('sidelab/lookAgain', {})));
    this.#owned.own(this.#parts.source.onDidReset(() => this.#tell('sidelab/lookAgain', {})));
    if (workspace.textDocuments.some(isOurs)) this.#serve();
  }

  #serve(): void {
    this.#ending.set(undefined);
    this.#inTurn(async () => {
      if (this.#client || this.#owned.isDisposed) return;
      const client = await this.#newClient();
      this.#client = client;
      await client.start();
    });
  }

  #endSoon(): void {
    if (workspace.textDocuments.some(isOurs)) return;
    this.#ending.set(this.#parts.clock.after(lingerMs, () => this.#end()));
  }

  #end(): void {
    this.#inTurn(async () => {
      const client = this.#client;
      this.#client = undefined;
      this.#watching.set(undefined);
      await client?.dispose();
    });
  }

  #inTurn(step: () => Promise<void>): void {
    this.#turn = this.#turn.then(step).catch((error: unknown) => {
      this.#client = undefined;
      this.#watching.set(undefined);
      this.#parts.log.error('The language server of run files failed.', error);
    });
  }

  async #tellSettings(): Promise<void> {
    await this.#parts.environmentReady();
    this.#tell('sidelab/settings', settings());
  }

  #tell(notification: string, params: unknown): void {
    const client = this.#client;
    if (!client?.isRunning()) return;
    client.sendNotification(notification, params).catch((error: unknown) => {
      this.#parts.log.error(`The language server of run files was not told ${notification}.`, error);
    });
  }

  async #newClient(): Promise<LanguageClient> {
    const { serverPath, channel, environmentReady } = this.#parts;
    const { makeLanguageClient } = await import('./languageClient');
    await environmentReady();
    const fileEvents = workspace.createFileSystemWatcher(describingFilesGlob);
    this.#watching.set(fileEvents);
    const client = makeLanguageClient({ serverPath, channel, initializationOptions: settings(), fileEvents });
    this.#answer(client, 'sidelab/selectedPython', async ({ uri }) => {
      // A workspace that is not trusted does not choose a program, not even by what another extension looks for in it.
      const found = workspace.isTrusted ? await findSelectedPython(Uri.parse(uri)) : undefined;
      return found === undefined ? {} : { path: found };
    });
    this.#answer(client, 'sidelab/knownNames', async () => knownNames(this.#parts.source, this.#parts.log));
    this.#answer(client, 'sidelab/capacity', async () => {
      const capacity = await knownCapacity(this.#parts.source, this.#parts.log);
      return capacity === undefined ? {} : { capacity };
    });
    this.#answer(client, 'sidelab/parameterHistory', async ({ uri, query }) => {
      const folder = workspace.getWorkspaceFolder(Uri.parse(uri))?.uri.fsPath;
      const history = await knownHistory(this.#parts.source, query, folder, this.#parts.log);
      return history === undefined ? {} : { history };
    });
    return client;
  }

  #answer<N extends RequestName<LanguageWindowContract>>(
    client: LanguageClient,
    name: N,
    give: (params: Params<LanguageWindowContract, N>) => Promise<Result<LanguageWindowContract, N>>,
  ): void {
    client.onRequest(name, async (params: unknown) => {
      const { languageWindowContract } = await import('../../protocol/language');
      const schema: TSchema = languageWindowContract.requests[name].params;
      if (!isParams<N>(schema, params)) throw new Error(`The language server asked ${name} in an unknown way.`);
      return give(params);
    });
  }

  dispose(): void {
    this.#end();
    this.#owned.dispose();
  }
}

const isParams = <N extends RequestName<LanguageWindowContract>>(
  schema: TSchema,
  params: unknown,
): params is Params<LanguageWindowContract, N> => Check(schema, params);

function settings(): LanguageSettings {
  const ownNode = process.env[ownNodeVariable];
  return { isTrusted: workspace.isTrusted, ...(ownNode === undefined ? {} : { ownNode }) };
}

const isOurs = ({ uri }: TextDocument): boolean =>
  (uri.scheme === 'file' || uri.scheme === 'untitled') &&
  (isRunFilePath(uri.path) || /\/\.sidelab\/.*\.json$/.test(uri.path));
