/** The secrets of a terminal: from `SIDELAB_SECRET_NAME`, else typed in. They are handed over when a run is submitted. */
import { Failure } from '../base/failure';
import { type Disposable, toDisposable } from '../base/lifecycle';
import { knownSecrets, secretOfEnvironment, secretVariable } from '../core/secrets/knownSecrets';
import type { Secrets, Source } from '../core/source';
import type { RunId } from '../model/ids';
import type { CommandContext } from './context';

/** Before a submission: what is not in the environment is asked for. */
export async function secretsOfTerminal(
  { environment, secretInput }: CommandContext,
  names: readonly string[],
): Promise<Secrets> {
  const find = secretOfEnvironment(environment);
  return knownSecrets(names, async (name) => (await find(name)) ?? (await secretInput?.ask(name)));
}

/** After it: what the engine lacks still is asked for once more, and where nobody answers, said. */
export async function supplyLacking(
  { source, secretInput, terminal }: CommandContext,
  names: readonly string[],
  known: Secrets,
): Promise<void> {
  if (names.every((name) => known.has(name))) return;
  for (const { name, runs } of await source.lackingSecrets()) {
    if (!names.includes(name)) continue;
    const value = await secretInput?.ask(name);
    if (value !== undefined) await source.giveSecrets(runs, new Map([[name, value]]));
    else terminal.say(`It waits for the secret ${name}: "sidelab secret ${name}" or a window of VS Code can give it.`);
  }
}

/** While the run is followed: an engine that was started anew asks again. */
export function answerFor(source: Source, runId: RunId, known: Secrets, onError: (error: unknown) => void): Disposable {
  if (known.size === 0) return toDisposable(() => undefined);
  return source.onDidLackSecrets((lacking) => {
    const wanted = lacking.filter(({ name, runs }) => known.has(name) && runs.includes(runId)).map(({ name }) => name);
    if (wanted.length === 0) return;
    const secrets = new Map([...known].filter(([name]) => wanted.includes(name)));
    source.giveSecrets([runId], secrets).catch(onError);
  });
}

/** `sidelab secret NAME`: gives a secret to the runs that wait for it. */
export async function secretCommand(context: CommandContext, name: string): Promise<number> {
  const { source, secretInput, terminal } = context;
  const runs = (await source.lackingSecrets()).find((lacking) => lacking.name === name)?.runs ?? [];
  if (runs.length === 0) {
    throw new Failure('NotFound', `No run waits for the secret ${name}.`, {
      hint: `It is kept only for runs: have ${secretVariable(name)} set where they are submitted.`,
    });
  }
  const value = await secretInput?.read(name);
  if (value === undefined) return 0;
  await source.giveSecrets(runs, new Map([[name, value]]));
  terminal.say(runs.length === 1 ? 'Given to 1 run.' : `Given to ${runs.length} runs.`);
  return 0;
}
