/** The window, as far as features ask it something. Answers are decoded here: they come from another process. */
import type { TSchema } from '@sinclair/typebox';
import { Check } from '@sinclair/typebox/value';
import { Failure } from '../base/failure';
import type { Capacity } from '../model/demand';
import type { ParameterHistory, ParameterHistoryQuery } from '../model/parameterHistory';
import type { Params, RequestName, Result } from '../protocol/contract';
import { type KnownNames, languageWindowContract, type LanguageWindowContract } from '../protocol/language';
import { ShortMemory } from './shortMemory';

/** A run that has ended meanwhile shows a little later. */
const keepHistoryMs = 3000;

/** Sends a request, and gets what the window answers. */
export type AskWindow = (method: string, params: unknown) => Promise<unknown>;

export class LanguageWindow {
  readonly #ask: AskWindow;
  readonly #histories = new ShortMemory<ParameterHistory | undefined>(keepHistoryMs);

  constructor(ask: AskWindow) {
    this.#ask = ask;
  }

  async selectedPython(uri: string): Promise<string | undefined> {
    return (await this.#request('sidelab/selectedPython', { uri })).path;
  }

  async capacity(): Promise<Capacity | undefined> {
    return (await this.#request('sidelab/capacity', {})).capacity;
  }

  /** Throws what keeps the window from knowing it. */
  async capacityToSubmit(): Promise<Capacity> {
    const answer = await this.#request('sidelab/capacityToSubmit', {});
    if ('capacity' in answer) return answer.capacity;
    throw Failure.fromData(answer.failure);
  }

  async knownNames(): Promise<KnownNames> {
    return this.#request('sidelab/knownNames', {});
  }

  async parameterHistory(uri: string, query: ParameterHistoryQuery): Promise<ParameterHistory | undefined> {
    return this.#histories.get(JSON.stringify([uri, query]), async () => {
      const { history } = await this.#request('sidelab/parameterHistory', { uri, query });
      return history;
    });
  }

  async #request<N extends RequestName<LanguageWindowContract>>(
    name: N,
    params: Params<LanguageWindowContract, N>,
  ): Promise<Result<LanguageWindowContract, N>> {
    const answer: unknown = await this.#ask(name, params);
    const schema: TSchema = languageWindowContract.requests[name].result;
    if (!isResult<N>(schema, answer)) throw new Error(`The window's answer to ${name} is not what was agreed on.`);
    return answer;
  }
}

const isResult = <N extends RequestName<LanguageWindowContract>>(
  schema: TSchema,
  answer: unknown,
): answer is Result<LanguageWindowContract, N> => Check(schema, answer);
