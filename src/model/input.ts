/** What a run reads, under a name: files, folders, URLs. */
import { type Static, Type } from '@sinclair/typebox';
import { Failure } from '../base/failure';

export const InputSchema = Type.Object({ name: Type.String({ minLength: 1 }), paths: Type.Array(Type.String()) });
export type Input = Static<typeof InputSchema>;

export const InputsSchema = Type.Array(InputSchema);

/** Its name alone says what it is: it is not looked for. */
export const isUrl = (path: string): boolean => /^[a-z][a-z0-9+.-]*:\/\//i.test(path);

/** What a run that is about to start is refused with. */
export const missingInput = (name: string, path: string): Failure =>
  new Failure('InvalidInput', `The input ${name} is missing: there is no ${path}.`);
