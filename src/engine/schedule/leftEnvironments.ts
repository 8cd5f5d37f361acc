/** What an earlier engine left of environments: those that nobody needs any more go, and secrets that others need are asked for. */
import { readdirSync } from 'node:fs';
import { isRunId } from '../../model/ids';
import type { Home } from '../home';
import type { AsyncStore } from '../store/asyncStore';
import { readEnvironment } from './environment';
import type { EnvironmentDigests } from './environmentDigests';
import type { SecretMemory } from './secretMemory';

export interface LeftEnvironmentsContext {
  readonly home: Home;
  readonly store: AsyncStore;
  readonly digests: EnvironmentDigests;
  readonly secrets: SecretMemory;
}

export async function takeOverEnvironments(context: LeftEnvironmentsContext): Promise<void> {
  await forgetStrays(context);
  await recallNeeds(context);
}

/** Environments of runs that never reached the store, or whose end was not seen: they may hold secrets. */
async function forgetStrays({ home, store, digests }: LeftEnvironmentsContext): Promise<void> {
  const active = new Set<string>((await store.activeRuns()).map(({ environment }) => environment.runId));
  for (const name of readdirSync(home.path('runs'))) {
    if (isRunId(name) && !active.has(name)) digests.forget(name);
  }
}

/** The earlier engine took the secrets with it: what is needed still is found out, and asked for. */
async function recallNeeds({ home, store, secrets }: LeftEnvironmentsContext): Promise<void> {
  const seen = new Set<string>();
  for (const { run, environment } of await store.activeRuns()) {
    const willStart = run.status === 'queued' || run.status === 'pending';
    const mayStartAgain = run.status === 'running' && (run.attempt?.number ?? 1) < run.attemptsMax;
    const key = `${environment.runId} ${environment.index}`;
    if (run.kind !== undefined || (!willStart && !mayStartAgain) || seen.has(key)) continue;
    seen.add(key);
    const pairs = readEnvironment(home, environment);
    if (pairs) secrets.need(environment, pairs);
  }
}
