/** Finding the values of secrets where a surface keeps them. */
import type { Secrets } from '../source';

/** Undefined for a secret that is not kept there. */
export type FindSecret = (name: string) => string | undefined | Promise<string | undefined>;

/** Those of the names that are known, in their order. */
export async function knownSecrets(names: readonly string[], find: FindSecret): Promise<Secrets> {
  const known = new Map<string, string>();
  for (const name of names) {
    const value = await find(name);
    if (value !== undefined) known.set(name, value);
  }
  return known;
}

/** Where a terminal, or a script, keeps a secret. */
export const secretVariable = (name: string): string => `SIDELAB_SECRET_${name}`;

/** An empty variable is none: that is how shells take one away. */
export const secretOfEnvironment =
  (environment: NodeJS.ProcessEnv): FindSecret =>
  (name) =>
    environment[secretVariable(name)] || undefined;
