/** Which secrets a submission, or a wish to try again, refers to. */
import { secretsIn } from '../../model/references';

type Environment = readonly (readonly [name: string, value: string])[];

export interface WithEnvironments {
  readonly environment: Environment;
  readonly environments?: readonly Environment[] | undefined;
}

export const neededSecrets = ({ environment, environments = [] }: WithEnvironments): readonly string[] =>
  secretsIn([environment, ...environments].flat().map(([, value]) => value));
