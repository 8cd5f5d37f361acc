/** Which secrets a submission, or a wish to try again, refers to. */
import { Failure } from '../../base/failure';
import { secretsIn } from '../../model/references';
import type { Secrets } from '../source';
import { secretVariable } from './knownSecrets';

type Environment = readonly (readonly [name: string, value: string])[];

export interface WithEnvironments {
  readonly environment: Environment;
  readonly environments?: readonly Environment[] | undefined;
}

export const neededSecrets = ({ environment, environments = [] }: WithEnvironments): readonly string[] =>
  secretsIn([environment, ...environments].flat().map(([, value]) => value));

/** For what cannot wait until somebody gives one. Throws `InvalidInput`. */
export function requireSecrets(submission: WithEnvironments, secrets: Secrets): void {
  const lacking = neededSecrets(submission).filter((name) => !secrets.has(name));
  const [first] = lacking;
  if (first === undefined) return;
  const what = lacking.length === 1 ? `the secret ${first}` : `the secrets ${lacking.join(', ')}`;
  throw new Failure('InvalidInput', `Nobody has given ${what}.`, {
    hint: `Have ${lacking.map(secretVariable).join(', ')} set, or type it in when you are asked for it.`,
  });
}
