/**
 * The language server of run files, while one is open or looked at: it completes, explains and checks them in a process of its
 * own, and says what they would come to, so that no file, however long, makes other extensions wait.
 */
import { CancellationTokenSource, l10n, type LogOutputChannel, type TextDocument, Uri, workspace } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import type { TSchema } from '@sinclair/typebox';
import { Check } from '@sinclair/typebox/value';
import type { Clock } from '../../base/clock';
import { Failure, messageOf } from '../../base/failure';
import { type Disposable, DisposableSlot, DisposableStore, toDisposable } from '../../base/lifecycle';
import type { Log } from '../../base/log';
import type { Source } from '../../core/source';
import type { NotificationName, Notice, Params, RequestName, Result } from '../../protocol/contract';
import type { LanguageServerContract, LanguageSettings, LanguageWindowContract } from '../../protocol/language';
import { ownNodeVariable } from '../../core/runFiles/environment';
import { isRunFilePath } from '../../core/runFiles/runFilePath';
import { describingFilesGlob } from '../ids';
import { findSelectedPython } from '../selectedPython';
import { knownCapacity } from './knownCapacity';
import { knownHistory } from './knownHistory';
import { knownNames } from './knownNames';

/** After the last run file was closed: who looks at several does not wait for each. */
const lingerMs = 60_000;

/** What is asked of a server that ends meanwhile is asked of the next one, so often, after a pause. */
const mostAttempts = 4;
const pauseMs = 200;

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
  /** Those who look at run files that need not be open. */
  #holders = 0;
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

  /** The server is there for as long, though no run file is open. */
  hold(): Disposable {
    this.#holders += 1;
    this.#serve();
    return toDisposable(() => {
      this.#holders -= 1;
      this.#endSoon();
    });
  }

  /** Starts the server where none lives. Throws `Cancelled` after `signal`, and `Unavailable` where there is no server to be had. */
  async ask<N extends RequestName<LanguageServerContract>>(
    name: N,
    params: Params<LanguageServerContract, N>,
    signal?: AbortSignal,
  ): Promise<Result<LanguageServerContract, N>> {
    // Until it is answered, and a while longer, as after the last file.
    const held = this.hold();
    const source = new CancellationTokenSource();
    const giveUp = (): void => source.cancel();
    signal?.addEventListener('abort', giveUp);
    try {
      for (let attempt = 1; ; attempt += 1) {
        if (signal?.aborted || this.#owned.isDisposed) throw new Failure('Cancelled', `${name} was given up.`);
        try {
          const client = await this.#running();
          const answer: unknown = await client.sendRequest(name, params, source.token);
          const { languageServerContract } = await import('../../protocol/language');
          const schema: TSchema = languageServerContract.requests[name].result;
          if (!isResult<N>(schema, answer)) throw notAgreedOn(name);
          return answer;
        } catch (error) {
          if (signal?.aborted) continue;
          if (error instanceof Failure) throw error;
          if (isAnswer(error)) throw unavailable(messageOf(error), error);
          if (attempt === mostAttempts) throw unavailable(l10n.t('The process that reads run files has ended.'), error);
        }
        await new Promise<void>((resolve) => this.#parts.clock.after(pauseMs, resolve));
      }
    } finally {
      signal?.removeEventListener('abort', giveUp);
      source.dispose();
      held.dispose();
    }
  }

  /** Tells the server, if there is one. */
  tell<N extends NotificationName<LanguageServerContract>>(name: N, notice: Notice<LanguageServerContract, N>): void {
    this.#tell(name, notice);
  }

  async #running(): Promise<LanguageClient> {
    this.#serve();
    await this.#turn;
    if (!this.#client) throw new Error('The language server of run files could not be started.');
    return this.#client;
  }

  #serve(): void {
    this.#ending.set(undefined);
    this.#inTurn(async () => {
      if (this.#owned.isDisposed) return;
      this.#client ??= await this.#newClient();
      // One that runs is left alone; one that ended too often is started again, since somebody needs it.
      await this.#client.start();
    });
  }

  #endSoon(): void {
    if (this.#holders > 0 || workspace.textDocuments.some(isOurs)) return;
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
    this.#answer(client, 'sidelab/capacityToSubmit', async () => {
      try {
        return { capacity: (await this.#parts.source.queue()).capacity };
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        return { failure: error.toData() };
      }
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

const isResult = <N extends RequestName<LanguageServerContract>>(
  schema: TSchema,
  answer: unknown,
): answer is Result<LanguageServerContract, N> => Check(schema, answer);

/** Codes of JSON-RPC and of the Language Server Protocol: an internal error, a method that is not known, a request that failed. */
const answerCodes: readonly unknown[] = [-32603, -32601, -32803];

/** The server lives, and says that it could not: asked again, it would say so again. */
const isAnswer = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && answerCodes.includes(error.code);

const notAgreedOn = (name: string): Failure =>
  new Failure('Incompatible', l10n.t('The language server’s answer to {0} is not what was agreed on.', name), {
    hint: l10n.t('Reload the window: the extension was updated.'),
  });

const unavailable = (message: string, cause: unknown): Failure =>
  new Failure('Unavailable', message, {
    hint: l10n.t('Try it again. What it said is in the output channel “Sidelab”.'),
    cause,
  });

function settings(): LanguageSettings {
  const ownNode = process.env[ownNodeVariable];
  return { isTrusted: workspace.isTrusted, ...(ownNode === undefined ? {} : { ownNode }) };
}

const isOurs = ({ uri }: TextDocument): boolean =>
  (uri.scheme === 'file' || uri.scheme === 'untitled') &&
  (isRunFilePath(uri.path) || /\/\.sidelab\/.*\.json$/.test(uri.path));
