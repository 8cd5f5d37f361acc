/** Identities, branded so that they cannot be swapped. Ids are lower-case base32 (RFC 4648 without padding), 16 characters. */
declare const brand: unique symbol;
type Branded<B extends string> = string & { readonly [brand]: B };

export type RunId = Branded<'RunId'>;
export type ExperimentId = Branded<'ExperimentId'>;

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
export const idPattern = /^[a-z2-7]{16}$/;

// Present in Node, in the extension host and in browsers; in no lib that all three share.
declare const crypto: { getRandomValues(bytes: Uint8Array): Uint8Array };

const idOf = (bytes: Uint8Array): string => Array.from(bytes, (byte) => alphabet.charAt(byte & 31)).join('');
const randomId = (): string => idOf(crypto.getRandomValues(new Uint8Array(16)));

/** A run's id is made by its submitter, so that a submission repeated after a lost answer is the same run. */
export const newRunId = (): RunId => randomId() as RunId;
/** The same id of the same bytes, of which the first 16 count. */
export const runIdOf = (bytes: Uint8Array): RunId => idOf(bytes.subarray(0, 16)) as RunId;
export const newExperimentId = (): ExperimentId => randomId() as ExperimentId;

export const isRunId = (text: string): text is RunId => idPattern.test(text);

/** A text that is shorter means no run by the beginning of its id: a name that was mistyped would soon mean any. */
export const shortestId = 4;

/** Whether it may be the beginning of an id, or all of it. */
export const isIdPrefix = (text: string): boolean => text.length >= shortestId && /^[a-z2-7]{1,16}$/.test(text);

/** How an id is shown where room is short; commands accept any unique prefix of four characters or more. */
export const shortId = (id: RunId): string => id.slice(0, 6);
