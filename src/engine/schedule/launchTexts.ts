/** Fills, when an attempt starts, what only the engine knows: `${run.id}`, `${run.outputs}`, `${run.checkpoints}`. */
import type { RunId } from '../../model/ids';
import { fillReferences, isLateReference, type LateReference } from '../../model/references';
import type { Home } from '../home';

export interface LaunchTexts {
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

export function fillLaunchTexts(home: Home, runId: RunId, { command, cwd, env }: LaunchTexts): LaunchTexts {
  const values: Readonly<Record<LateReference, string>> = {
    'run.id': runId,
    'run.outputs': home.outputs(runId),
    'run.checkpoints': home.checkpoints(runId),
  };
  const fill = (text: string): string =>
    fillReferences(text, (name) => (isLateReference(name) ? values[name] : undefined));
  return {
    command: command.map(fill),
    cwd: fill(cwd),
    env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, fill(value)])),
  };
}
