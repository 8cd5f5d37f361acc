/**
 * What the language server of run files and the window that started it say to each other beside the Language Server
 * Protocol. The server cannot know what the window does: what the user trusts, chose and ran.
 */
import { type Static, type TSchema, Type } from '@sinclair/typebox';
import { CapacitySchema } from '../model/demand';
import { ParameterHistoryQuerySchema, ParameterHistorySchema } from '../model/parameterHistory';
import { type Contract, request } from './contract';

/** With `initialize`, and whenever it changes. */
export const LanguageSettingsSchema = Type.Object({
  /** Nothing outside of the text is looked at in a workspace that is not trusted. */
  isTrusted: Type.Boolean(),
  /** Folder of the editor's own Node, where the machine has none. */
  ownNode: Type.Optional(Type.String()),
});
export type LanguageSettings = Static<typeof LanguageSettingsSchema>;

export const KnownNamesSchema = Type.Object({
  experiments: Type.Array(Type.String()),
  tags: Type.Array(Type.String()),
});
export type KnownNames = Static<typeof KnownNamesSchema>;

/** What the window answers. All answers are quick, and start nothing. */
export const languageWindowContract = {
  requests: {
    /** The interpreter that the user has chosen for a document. */
    'sidelab/selectedPython': request(
      Type.Object({ uri: Type.String() }),
      Type.Object({ path: Type.Optional(Type.String()) }),
    ),
    /** What the machine has, where an engine is connected. */
    /** What runs were called before, the newest first, where an engine is connected. */
    'sidelab/knownNames': request(Type.Object({}), KnownNamesSchema),
    'sidelab/capacity': request(Type.Object({}), Type.Object({ capacity: Type.Optional(CapacitySchema) })),
    /** What past runs of a document's family were given, and what they reached; absent where no engine is connected. */
    'sidelab/parameterHistory': request(
      Type.Object({ uri: Type.String(), query: ParameterHistoryQuerySchema }),
      Type.Object({ history: Type.Optional(ParameterHistorySchema) }),
    ),
  },
  notifications: {},
} as const satisfies Contract;
export type LanguageWindowContract = typeof languageWindowContract;

/** What the server is told. */
export const languageServerContract = {
  requests: {},
  notifications: {
    'sidelab/settings': LanguageSettingsSchema,
    /** A file that a run file may lead to was saved: what was missing may be there now. */
    'sidelab/lookAgain': Type.Object({}),
  },
} as const satisfies Contract & { readonly notifications: Readonly<Record<string, TSchema>> };
export type LanguageServerContract = typeof languageServerContract;
