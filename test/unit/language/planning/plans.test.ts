import assert from 'node:assert/strict';
import { Check } from '@sinclair/typebox/value';
import path from 'node:path';
import { Failure } from '../../../../src/base/failure';
import { planGraph } from '../../../../src/core/runFiles/planGraph';
import { PlanIds } from '../../../../src/core/runFiles/planIds';
import { readRunFile } from '../../../../src/core/runFiles/readRunFile';
import { resolveRun } from '../../../../src/core/runFiles/resolveRun';
import { GivenUp, type PlanAsker, Plans, type TextToPlan } from '../../../../src/language/planning/plans';
import { SubmissionSchema, type TaskSubmission } from '../../../../src/protocol/engine';
import type { PlanAnswer } from '../../../../src/protocol/language';
import { SeededRandom } from '../../../support/seededRandom';
import { type TemporaryFolder, temporaryFolder } from '../../../support/temporaryFolder';
import { longGraph, randomRunFile } from './randomRunFile';

describe('plans of the language server', () => {
  const environment = { PATH: path.dirname(process.execPath) };
  const capacity = { atOnce: 3, cpus: 8, memoryBytes: 8e9, gpus: 0 };
  const patient: PlanAsker = {
    isGivenUp: () => false,
    findSelectedPython: async () => Promise.resolve(undefined),
    findCapacity: async () => Promise.resolve(capacity),
  };
  let folder: TemporaryFolder;
  let plans: Plans;
  beforeEach(() => {
    folder = temporaryFolder();
    plans = new Plans();
  });
  afterEach(() => folder.remove());

  const fileOf = (content: unknown): TextToPlan => {
    const file = folder.join('dag.run.json');
    const text = typeof content === 'string' ? content : JSON.stringify(content, undefined, 2);
    return { uri: `file://${file}`, path: file, text, environment };
  };
  const plan = async (content: unknown, asker = patient): Promise<PlanAnswer> =>
    plans.plan('key', fileOf(content), asker);
  const namesOf = (answer: PlanAnswer): string[] => {
    assert.equal(answer.kind, 'planned');
    return (JSON.parse(answer.graph) as { nodes: { name: string }[] }).nodes.map(({ name }) => name);
  };

  it('are those that are made in one go, of graphs and sweeps at random, whatever was edited before', async () => {
    const random = new SeededRandom(11);
    for (let round = 0; round < 40; round += 1) {
      const content = randomRunFile(random);
      const given = fileOf(content);
      const answer = await plan(content);
      const file = await readRunFile(given.text, given.path);
      const direct = await planGraph(
        { file, text: given.text, path: given.path, environment, capacity: async () => Promise.resolve(capacity) },
        new PlanIds('key'),
      );
      const { name, experiment, nodes, edges, plan: summary } = direct;
      assert.equal(answer.kind, 'planned', given.text);
      const told = { name: answer.name, experiment: answer.experiment, plan: answer.plan };
      const graph: unknown = JSON.parse(answer.graph);
      assert.deepEqual(
        [told, graph],
        [
          { name, experiment, plan: summary },
          { nodes, edges },
        ],
        given.text,
      );
      for (const { id } of nodes) {
        assert.deepEqual(plans.details('key', id), {
          facts: direct.facts(id),
          parametersJson: direct.parametersJson(id),
        });
        assert.deepEqual(plans.placeOf('key', id), direct.placeOf(id));
      }
    }
  });

  it('say what is wrong with a file and where, and keep what was known of the last one that was well', async () => {
    const command = ['node'];
    const first = await plan({ tasks: { a: { command, tags: ['kept'] } } });
    assert.equal(first.kind, 'planned');
    const { nodes } = JSON.parse(first.graph) as { nodes: { id: never }[] };
    const details = plans.details('key', nodes[1]?.id as never);
    for (const [wrong, message] of [
      ['{ "tasks": ', /./],
      [{ tasks: { a: { command: ['no-such-program'] } } }, /no-such-program/],
    ] as const) {
      const answer = await plan(wrong);
      assert.equal(answer.kind, 'refused');
      assert.match(answer.failure.message, message);
      assert.equal(answer.failure.place?.file, folder.join('dag.run.json'));
      assert.deepEqual(plans.details('key', nodes[1]?.id as never), details);
    }
    assert.deepEqual(namesOf(await plan({ tasks: { b: { command } } })), ['dag.run.json', 'b']);
    plans.forget('key');
    assert.equal(plans.details('key', nodes[1]?.id as never), undefined);
  });

  it('are given up in the midst, and the next one is whole', async () => {
    let asked = 0;
    await assert.rejects(plan(longGraph(200), { ...patient, isGivenUp: () => (asked += 1) > 20 }), GivenUp);
    assert.ok(asked < 200, `${asked} times`);
    assert.equal(namesOf(await plan(longGraph(200))).length, 201);
  });

  it('ask for the chosen interpreter only where the file wants it', async () => {
    let asked = 0;
    const findSelectedPython = async (): Promise<string> => {
      asked += 1;
      return Promise.resolve(folder.join('no-python'));
    };
    await plan({ command: ['node'] }, { ...patient, findSelectedPython });
    assert.equal(asked, 0);
    const answer = await plan({ python: 'selected', command: ['node'] }, { ...patient, findSelectedPython });
    assert.deepEqual([asked, answer.kind], [1, 'refused']);
  });

  it('of a dry run are its document, or why there is none', async () => {
    const dryRun = async (content: unknown) => plans.dryRun(fileOf(content), { home: folder.path }, patient);
    const made = await dryRun({ tasks: { a: { command: ['node'] }, b: { command: ['node'], dependsOn: 'a' } } });
    assert.equal(made.kind, 'made');
    assert.match(made.document, /^# Dry run of dag\//);
    const long = await dryRun(longGraph(203));
    assert.equal(long.kind, 'made');
    const titles = long.document.split('\n').filter((line) => line.startsWith('## '));
    assert.deepEqual([titles.length, titles.at(-2), titles.at(-1)], [201, '## task-199', '## 3 more']);
    assert.match(long.document, /- task-200\n- task-201\n- task-202\n$/);
    const refused = await dryRun({ command: ['no-such-program'] });
    assert.equal(refused.kind, 'refused');
    assert.match(refused.failure.message, /no-such-program/);
  });

  it('of a submission are all of it, in parts, or why there is none', async () => {
    const resolve = async (content: unknown) => plans.resolve(fileOf(content), patient);
    const random = new SeededRandom(5);
    for (const content of [longGraph(600), ...Array.from({ length: 10 }, () => randomRunFile(random))]) {
      const answer = await resolve(content);
      assert.equal(answer.kind, 'resolved');
      const run: unknown = JSON.parse(answer.run);
      const tasks = answer.tasks.flatMap((part) => JSON.parse(part) as TaskSubmission[]);
      assert.ok(Check(SubmissionSchema, run) && Check(SubmissionSchema, { ...run, tasks }));
      const file = fileOf(content);
      const direct = await resolveRun({ file: await readRunFile(file.text, file.path), ...file });
      // Each has ids and a name of its own.
      const shape = ({ task, command, dependsOn, trialJson, kind }: TaskSubmission) => [
        task,
        command,
        dependsOn.length,
        trialJson,
        kind,
      ];
      assert.deepEqual(tasks.map(shape), (direct.tasks ?? []).map(shape));
      assert.deepEqual(
        [run.experiment, run.runFile, run.environment],
        [direct.experiment, direct.runFile, direct.environment],
      );
    }
    assert.deepEqual(await resolve({ direct: true, command: ['node'] }), { kind: 'direct' });
    const refused = await resolve({ command: ['no-such-program'] });
    assert.equal(refused.kind, 'refused');
  });

  it('say what keeps them from knowing the machine, where the file depends on it', async () => {
    const findCapacity = async () => Promise.reject(new Failure('Unavailable', 'There is no engine.'));
    const compute = { cpus: 1 };
    const answer = await plans.resolve(fileOf({ compute, command: ['node'] }), { ...patient, findCapacity });
    assert.equal(answer.kind, 'refused');
    assert.equal((await plans.resolve(fileOf({ command: ['node'] }), { ...patient, findCapacity })).kind, 'resolved');
  });
});
