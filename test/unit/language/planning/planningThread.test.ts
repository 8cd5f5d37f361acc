/** The thread as it is shipped: the bundle of the language server. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { systemClock } from '../../../../src/base/clock';
import { Failure } from '../../../../src/base/failure';
import type { RunId } from '../../../../src/model/ids';
import { type AskedBack, PlanningThread } from '../../../../src/language/planning/planningThread';
import { GivenUp, type PlanAsker, Plans, type TextToPlan } from '../../../../src/language/planning/plans';
import type { PlanAnswer } from '../../../../src/protocol/language';
import { isFailure } from '../../../support/isFailure';
import { type TemporaryFolder, temporaryFolder } from '../../../support/temporaryFolder';
import { longGraph } from './randomRunFile';

describe('the thread that makes plans', () => {
  const environment = { PATH: path.dirname(process.execPath) };
  const nothing = async () => Promise.resolve(undefined);
  const asked: AskedBack = { findSelectedPython: nothing, findCapacity: nothing };
  const patient: PlanAsker = { ...asked, isGivenUp: () => false };
  let folder: TemporaryFolder;
  let planning: PlanningThread;
  beforeEach(() => {
    folder = temporaryFolder();
    planning = new PlanningThread(path.resolve('dist/language.cjs'), systemClock);
  });
  afterEach(() => {
    planning.dispose();
    folder.remove();
  });

  const fileOf = (text: string): TextToPlan => ({
    uri: `file://${folder.join('dag.run.json')}`,
    path: folder.join('dag.run.json'),
    text,
    environment,
  });
  const plan = async (text: string, signal = new AbortController().signal): Promise<PlanAnswer> =>
    planning.plan('key', fileOf(text), asked, signal);
  const topOf = (answer: PlanAnswer): RunId => {
    assert.equal(answer.kind, 'planned');
    const { nodes } = JSON.parse(answer.graph) as { nodes: { id: RunId }[] };
    assert.ok(nodes[0]);
    return nodes[0].id;
  };

  it('answers as the plans do that are made without it', async () => {
    const direct = new Plans();
    for (const text of [
      longGraph(3),
      '{',
      '{ "command": ["node"] }',
      '{ "python": "selected", "command": ["node"] }',
    ]) {
      assert.deepEqual(await plan(text), await direct.plan('key', fileOf(text), patient));
    }
    const id = topOf(await plan(longGraph(3)));
    await direct.plan('key', fileOf(longGraph(3)), patient);
    assert.deepEqual(await planning.details('key', id), direct.details('key', id));
    assert.deepEqual(await planning.placeOf('key', id), direct.placeOf('key', id));
  });

  it('gives up what nobody waits for, begun or not, and goes on with what is asked next', async () => {
    const givenUp = Array.from({ length: 5 }, () => new AbortController());
    const waiting = givenUp.map(async ({ signal }) => plan(longGraph(3000), signal));
    const all = Promise.allSettled(waiting);
    const last = plan(longGraph(2));
    for (const each of givenUp) each.abort();
    for (const each of await all) assert.ok(each.status === 'rejected' && each.reason instanceof GivenUp);
    const answer = await last;
    assert.equal(answer.kind === 'planned' && answer.plan.programs, 2);
    const aborted = AbortSignal.abort();
    await assert.rejects(plan('{}', aborted), GivenUp);
  });

  it('is replaced when it has ended, knows nothing then, and makes the same ids', async () => {
    planning.dispose();
    // Whatever ends a thread: memory, a bug of the platform.
    const bundle = folder.join('mortal.cjs');
    writeFileSync(
      bundle,
      `require('node:worker_threads').parentPort.on('message', ({ question }) => {
        if (question?.file?.text === 'end') process.exit(3);
      });
      require(${JSON.stringify(path.resolve('dist/language.cjs'))});`,
    );
    planning = new PlanningThread(bundle, systemClock);
    const id = topOf(await plan(longGraph(2)));
    assert.ok(await planning.details('key', id));
    await assert.rejects(plan('end'), isFailure('Unavailable', /has ended: exit code 3/));
    assert.equal(await planning.details('key', id), undefined);
    assert.equal(topOf(await plan(longGraph(2))), id);
    assert.ok(await planning.details('key', id));
  });

  it('forgets what nobody looks at any more', async () => {
    const id = topOf(await plan(longGraph(2)));
    await planning.forget('key');
    assert.equal(await planning.details('key', id), undefined);
  });

  it('asks back what it cannot know, and passes on why that is not known', async () => {
    const wanted = fileOf('{ "compute": { "cpus": 1 }, "command": ["node"] }');
    const { signal } = new AbortController();
    const has = async (cpus: number) => Promise.resolve({ atOnce: 1, cpus, memoryBytes: 1e9, gpus: 0 });
    const resolve = async (findCapacity: AskedBack['findCapacity']) =>
      (await planning.resolve(wanted, { ...asked, findCapacity }, signal)).kind;
    assert.deepEqual([await resolve(async () => has(4)), await resolve(async () => has(0.5))], ['resolved', 'refused']);
    const lost = planning.resolve(
      wanted,
      { ...asked, findCapacity: async () => Promise.reject(new Failure('Unavailable', 'There is no engine.')) },
      signal,
    );
    const answer = await lost;
    assert.match(answer.kind === 'refused' ? answer.failure.message : '', /There is no engine/);
  });
});
