/** What a run reads, under a name: files, folders, URLs. */
import { type Static, Type } from '@sinclair/typebox';

export const InputSchema = Type.Object({ name: Type.String({ minLength: 1 }), paths: Type.Array(Type.String()) });
export type Input = Static<typeof InputSchema>;

export const InputsSchema = Type.Array(InputSchema);

/** Its name alone says what it is: it is not looked for. */
export const isUrl = (path: string): boolean => /^[a-z][a-z0-9+.-]*:\/\//i.test(path);
