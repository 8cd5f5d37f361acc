/** A conversation of protocol version 1 as it was recorded from an engine and a client of then: `version1.json`. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Static, Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';

const RecordedSchema = Type.Object({
  greeting: Type.String(),
  answer: Type.String(),
  requests: Type.Array(
    Type.Object({
      method: Type.String(),
      id: Type.Integer(),
      /** The client's bytes. */
      frame: Type.String(),
      result: Type.Record(Type.String(), Type.Unknown()),
    }),
  ),
  notices: Type.Array(Type.Object({ method: Type.String(), params: Type.Record(Type.String(), Type.Unknown()) })),
});
export type RecordedRequest = Static<typeof RecordedSchema>['requests'][number];

export function readRecording(): Static<typeof RecordedSchema> {
  const text = readFileSync(path.resolve('test/unit/protocol/version1.json'), 'utf8');
  return Value.Decode(RecordedSchema, JSON.parse(text));
}

/** Where `given` lacks something that was there then, or has it in another form; empty when a reader of then can read it. */
export function missingOf(recorded: unknown, given: unknown, at = ''): string[] {
  if (recorded === 'Float64Array') return given instanceof Float64Array ? [] : [at];
  if (recorded === 'Uint8Array') return given instanceof Uint8Array ? [] : [at];
  if (Array.isArray(recorded)) {
    if (!Array.isArray(given)) return [at];
    return recorded.flatMap((entry, index) => missingOf(entry, given[index], `${at}[${index}]`));
  }
  if (typeof recorded === 'object' && recorded !== null) {
    if (typeof given !== 'object' || given === null) return [at];
    const there = new Map<string, unknown>(Object.entries(given));
    return Object.entries(recorded).flatMap(([key, value]) => missingOf(value, there.get(key), `${at}.${key}`));
  }
  return typeof given === typeof recorded ? [] : [at];
}

/** What an engine of then would have sent: columns and bytes instead of the names of their types. */
export function revived(recorded: unknown): unknown {
  if (recorded === 'Float64Array') return new Float64Array(6);
  if (recorded === 'Uint8Array') return new TextEncoder().encode('hello\n');
  if (Array.isArray(recorded)) return recorded.map(revived);
  if (typeof recorded !== 'object' || recorded === null) return recorded;
  return Object.fromEntries(Object.entries(recorded).map(([key, value]) => [key, revived(value)]));
}
