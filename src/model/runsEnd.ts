/** What ends the runs of a source though nobody asked for it, where something does: a logout, a container that stops. */
import { type Static, Type } from '@sinclair/typebox';

export const RunsEndSchema = Type.Object({
  /** "logout", "window", "container", "service", "job"; a later engine may know others. */
  cause: Type.String(),
  /** In words for a person. */
  message: Type.String(),
  hint: Type.Optional(Type.String()),
});
export type RunsEnd = Static<typeof RunsEndSchema>;

/** Who opened the editor in a container, a service or a job knows that it ends with it; of the others a person is told. */
export const isSurprising = ({ cause }: RunsEnd): boolean => cause === 'logout' || cause === 'window';

export const describeRunsEnd = ({ message, hint }: RunsEnd): string =>
  hint === undefined ? message : `${message} ${hint}`;
