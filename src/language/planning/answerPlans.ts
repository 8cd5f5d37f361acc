/** What a window asks of run files as a whole: decoded, given the text that stands in the editor, and asked of the thread of plans. */
import type { TSchema } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { type CancellationToken, type Connection, LSPErrorCodes, ResponseError } from 'vscode-languageserver';
import { Failure } from '../../base/failure';
import type { Capacity } from '../../model/demand';
import type { Params, RequestName, Result } from '../../protocol/contract';
import { type FileToPlan, languageServerContract, type LanguageServerContract } from '../../protocol/language';
import { signalOf } from '../cancellation';
import type { LanguageWindow } from '../languageWindow';
import type { OpenDocuments } from '../openDocuments';
import type { AskedBack, PlanningThread } from './planningThread';
import { GivenUp, type TextToPlan } from './plans';

export interface PlanParts {
  readonly documents: OpenDocuments;
  readonly window: LanguageWindow;
  readonly planning: PlanningThread;
}

type Answered = 'onRequest' | 'onNotification';

export function answerPlans(connection: Pick<Connection, Answered>, { documents, window, planning }: PlanParts): void {
  const answer = <N extends RequestName<LanguageServerContract>>(
    name: N,
    give: (
      params: Params<LanguageServerContract, N>,
      signal: AbortSignal,
    ) => Promise<Result<LanguageServerContract, N>>,
  ): void => {
    const schema: TSchema = languageServerContract.requests[name].params;
    connection.onRequest(name, async (params: unknown, token: CancellationToken) => {
      if (!isParams<N>(schema, params)) throw new Error(`The window asked ${name} in an unknown way.`);
      try {
        return await give(params, signalOf(token));
      } catch (error) {
        throw toResponse(error);
      }
    });
  };
  const find = (file: FileToPlan): TextToPlan | undefined => {
    const text = file.text ?? documents.find(file.uri)?.text;
    return text === undefined ? undefined : { ...file, text };
  };
  const knowing = (uri: string, capacity: Capacity | undefined): AskedBack => ({
    findSelectedPython: async () => window.selectedPython(uri),
    findCapacity: async () => Promise.resolve(capacity),
  });
  const latest = new Map<string, AbortController>();
  answer('sidelab/planGraph', async ({ plan, file, capacity }, signal) => {
    const found = find(file);
    if (!found) return { kind: 'textNeeded' };
    latest.get(plan)?.abort();
    const own = new AbortController();
    latest.set(plan, own);
    const either = AbortSignal.any([signal, own.signal]);
    return planning.plan(plan, found, knowing(file.uri, capacity), either);
  });
  answer('sidelab/planDetails', async ({ plan, runId }) => {
    const details = await planning.details(plan, runId);
    return details ? { details } : {};
  });
  answer('sidelab/planPlace', async ({ plan, runId }) => {
    const place = await planning.placeOf(plan, runId);
    return place ? { place } : {};
  });
  answer('sidelab/dryRun', async ({ file, ...place }, signal) => {
    const found = find(file);
    const asked = knowing(file.uri, place.queue?.capacity);
    return found ? planning.dryRun(found, place, asked, signal) : { kind: 'textNeeded' };
  });
  answer('sidelab/resolveRun', async ({ file }, signal) => {
    const found = find(file);
    const asked: AskedBack = { ...knowing(file.uri, undefined), findCapacity: async () => window.capacityToSubmit() };
    return found ? planning.resolve(found, asked, signal) : { kind: 'textNeeded' };
  });
  connection.onNotification('sidelab/forgetPlan', async (notice: unknown) => {
    if (!Value.Check(languageServerContract.notifications['sidelab/forgetPlan'], notice)) return;
    latest.get(notice.plan)?.abort();
    latest.delete(notice.plan);
    await planning.forget(notice.plan);
  });
}

const isParams = <N extends RequestName<LanguageServerContract>>(
  schema: TSchema,
  params: unknown,
): params is Params<LanguageServerContract, N> => Value.Check(schema, params);

/** Everything else is a fault of ours, and logged whole. */
function toResponse(error: unknown): unknown {
  if (error instanceof GivenUp) return new ResponseError(LSPErrorCodes.RequestCancelled, error.message);
  if (error instanceof Failure) return new ResponseError(LSPErrorCodes.RequestFailed, error.message);
  return error;
}
