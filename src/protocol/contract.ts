/**
 * How a conversation is written down: one side answers requests and sends notifications, the other calls and listens.
 * Both import the same contract, so a misspelt method or field does not compile on either side, and both decode what
 * arrives by its schema.
 */
import type { Static, TSchema } from '@sinclair/typebox';

export interface RequestShape<P extends TSchema = TSchema, R extends TSchema = TSchema> {
  readonly params: P;
  readonly result: R;
}

export interface Contract {
  readonly requests: Readonly<Record<string, RequestShape>>;
  readonly notifications: Readonly<Record<string, TSchema>>;
}

export type RequestName<C extends Contract> = keyof C['requests'] & string;
export type NotificationName<C extends Contract> = keyof C['notifications'] & string;
export type Params<C extends Contract, N extends RequestName<C>> = Static<C['requests'][N]['params']>;
export type Result<C extends Contract, N extends RequestName<C>> = Static<C['requests'][N]['result']>;
export type Notice<C extends Contract, N extends NotificationName<C>> = Static<C['notifications'][N]>;

export const request = <P extends TSchema, R extends TSchema>(params: P, result: R): RequestShape<P, R> => ({
  params,
  result,
});
