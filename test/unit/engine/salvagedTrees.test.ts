import assert from 'node:assert/strict';
import { pointBatch } from '../../support/pointBatch';
import { copyFileSync, existsSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Store } from '../../../src/engine/store/store';
import { newRunId, type RunId } from '../../../src/model/ids';
import type { Run } from '../../../src/model/run';
import { isSettled } from '../../../src/model/runStatus';
import type { Submission, TaskSubmission } from '../../../src/protocol/engine';
import { isFailure } from '../../support/isFailure';
import { SeededRandom } from '../../support/seededRandom';
import { type TemporaryFolder, temporaryFolder } from '../../support/temporaryFolder';

const pageBytes = 8192;

const launch = (name: string) => ({
  runId: newRunId(),
  name,
  tags: [],
  metadataJson: JSON.stringify({ note: 'n'.repeat(200) }),
  parametersJson: '{"lr":0.5}',
  command: ['true'],
  cwd: '/',
  retries: 0,
});

const task = (name: string, parentId: RunId, dependsOn: readonly TaskSubmission[] = []): TaskSubmission => ({
  ...launch(name),
  parentId,
  task: name,
  environment: 0,
  dependsOn: dependsOn.map(({ runId }) => ({ runId, on: 'completed' as const })),
});

/** prepare ─▶ a group of three ─▶ report. */
function graph(name: string): Submission & { readonly tasks: TaskSubmission[] } {
  const top = { ...launch(name), experiment: 'graphs', environment: [], command: [], kind: 'graph' as const };
  const prepare = task('prepare', top.runId);
  const train = { ...task('train', top.runId, [prepare]), command: [], kind: 'group' as const };
  const members = ['a', 'b', 'c'].map((member) => task(member, train.runId));
  return { ...top, tasks: [prepare, train, ...members, task('report', top.runId, [train])] };
}

function sweep(name: string, trials: number) {
  const json = JSON.stringify({ over: { 'parameters.seed': { from: 1, to: trials } } });
  const best = { metric: 'loss', goal: 'minimize' as const };
  const top = {
    ...launch(name),
    experiment: 'sweeps',
    environment: [],
    command: [],
    kind: 'sweep' as const,
    sweep: { json, best, atOnce: 2 },
  };
  const tasks = Array.from({ length: trials }, (_, i) => ({
    ...task(`seed-${i + 1}`, top.runId),
    trialJson: JSON.stringify({ 'parameters.seed': i + 1 }),
  }));
  return { ...top, tasks };
}

function begin(store: Store, id: RunId): void {
  store.beginAttempt(id, { executor: 'local', host: 'here', folder: `/gone/runs/${id}/attempts/1` }, 2000);
  store.attemptStarted(id, { pid: 7, atMs: 3000, awakeMs: 3000 });
}

function end(store: Store, id: RunId, exitCode = 0, scale = 1): void {
  store.ingest({
    runId: id,
    attempt: 1,
    points: pointBatch(
      Array.from({ length: 20 }, (_p, n) => ({
        metric: 'loss',
        step: n,
        timeSeconds: n,
        wallMs: 3000 + n,
        value: scale / (n + 1),
      })),
    ),
    events: [],
    metadataJson: [],
    tags: [],
    progress: undefined,
    artifacts: [],
    position: { offsetBytes: 10, lines: 1, nextStep: 1, warnings: 0 },
    heardAtMs: 3500,
  });
  store.endAttempt(id, { kind: 'exited', exitCode, atMs: 4000 }, undefined);
}

const ready = (store: Store): Run[] =>
  store
    .activeRuns()
    .filter(({ run, waits }) => run.kind === undefined && run.status === 'queued' && waits === 0)
    .map(({ run }) => run);

/** As an engine would: what is ready is started and completes, what is under way completes, until nothing is active. */
function workOff(store: Store): RunId[] {
  const started: RunId[] = [];
  for (;;) {
    const active = store.activeRuns().filter(({ run }) => run.kind === undefined);
    const underWay = active.filter(({ run }) => run.status !== 'queued').map(({ run }) => run.id);
    const next = ready(store).map(({ id }) => id);
    if (underWay.length + next.length === 0) return started;
    for (const id of underWay) store.endAttempt(id, { kind: 'exited', exitCode: 0, atMs: 6000 }, undefined);
    for (const id of next) {
      // Skipped or cancelled by what another's end meant.
      if (store.run(id).status !== 'queued') continue;
      started.push(id);
      const number = store.run(id).attempt?.number ?? 0;
      store.beginAttempt(id, { executor: 'local', host: 'here', folder: '/f' }, 5000);
      store.attemptStarted(id, { pid: 7, atMs: 5001, awakeMs: 1 });
      assert.equal(store.run(id).attempt?.number, number + 1);
      store.endAttempt(id, { kind: 'exited', exitCode: 0, atMs: 5002 }, undefined);
    }
  }
}

function childrenOf(store: Store, runId: RunId): Run[] {
  return store.children({ runId, limit: 10_000 }).runs;
}

describe('a graph or sweep in a damaged store', () => {
  let folder: TemporaryFolder;
  let file: string;
  let tries = 0;
  before(() => {
    folder = temporaryFolder();
  });
  after(() => folder.remove());
  beforeEach(() => fresh());

  function fresh(template?: string): void {
    const home = folder.join(`home-${(tries += 1)}`);
    mkdirSync(home);
    file = path.join(home, 'sidelab.db');
    if (template !== undefined) copyFileSync(template, file);
  }

  /** Takes rows away, and the file's last byte, so that the next opening salvages the rest. */
  function lose(...statements: string[]): void {
    const db = new DatabaseSync(file);
    db.exec('PRAGMA foreign_keys = OFF');
    for (const sql of statements) db.exec(sql);
    // Pages at the end that nobody misses.
    db.exec('CREATE TABLE padding (x BLOB); INSERT INTO padding VALUES (zeroblob(20000))');
    db.close();
    truncateSync(file, readFileSync(file).byteLength - 1);
  }

  function submitted<T extends Submission>(store: Store, submission: T): T {
    store.submit(submission, 1000);
    return submission;
  }

  it('that lost nothing goes on as it was: parents, dependencies, limits and what its tasks wait for', () => {
    const store = Store.open(file);
    const dag = submitted(store, graph('dag'));
    const hunt = submitted(store, sweep('hunt', 5));
    const [prepare, , a, b] = dag.tasks;
    assert.ok(prepare && a && b);
    begin(store, prepare.runId);
    end(store, prepare.runId);
    begin(store, a.runId);
    end(store, a.runId);
    begin(store, b.runId);
    const look = (from: Store): unknown => ({
      runs: [dag, hunt].flatMap(({ runId }) => [from.detail(runId), ...childrenOf(from, runId)]),
      active: from.activeRuns(),
      ready: from.readyRuns(from.activeRuns().map(({ run }) => run.id)),
      group: childrenOf(from, dag.tasks[1]?.runId ?? dag.runId),
    });
    const before = look(store);
    store.close();
    lose();
    const again = Store.open(file);
    assert.equal(again.notices().length, 1);
    assert.deepEqual(look(again), before);
    workOff(again);
    assert.deepEqual([again.run(dag.runId).status, again.run(hunt.runId).status], ['completed', 'completed']);
    assert.equal(again.run(hunt.runId).children?.completed, 5);
    again.close();
  });

  it('that lost a task shows it as lost, cancels what waited for it, and does not claim to be completed', () => {
    const store = Store.open(file);
    const dag = submitted(store, graph('dag'));
    store.close();
    lose("DELETE FROM run WHERE task = 'b'");
    const again = Store.open(file);
    const lost = childrenOf(again, dag.runId).filter(({ status }) => status === 'lost');
    assert.deepEqual(
      lost.map(({ evidence }) => evidence),
      ['lost with the damaged store'],
    );
    workOff(again);
    const top = again.run(dag.runId);
    assert.equal(top.status, 'failed');
    assert.match(top.evidence ?? '', /was lost first: lost with the damaged store/);
    again.close();
  });

  it('that lost the task which others wait for cancels those, wherever the task stood', () => {
    for (const task of ['prepare', 'report']) {
      fresh();
      const store = Store.open(file);
      const dag = submitted(store, graph('dag'));
      const single = store.submit({ ...launch('single'), experiment: 'e', environment: [] }, 1000).run;
      store.close();
      lose(`DELETE FROM run WHERE task = '${task}'`);
      const again = Store.open(file);
      const started = workOff(again);
      assert.equal(again.run(single.id).status, 'completed');
      const train = dag.tasks[1]?.runId ?? dag.runId;
      if (task === 'prepare') {
        assert.deepEqual(started, [single.id], 'what waits for what is lost is not started');
        assert.deepEqual([again.run(train).status, again.run(train).children], ['cancelled', { cancelled: 3 }]);
      } else {
        assert.equal(again.run(train).status, 'completed');
      }
      assert.equal(again.run(dag.runId).status, 'failed');
      again.close();
    }
  });

  it('whose dependencies are lost starts nothing before its time', () => {
    const store = Store.open(file);
    const dag = submitted(store, graph('dag'));
    store.close();
    lose('DELETE FROM dependency');
    const again = Store.open(file);
    const [prepare] = dag.tasks;
    assert.deepEqual(workOff(again), [prepare?.runId]);
    const top = again.run(dag.runId);
    assert.deepEqual([top.status, top.children], ['cancelled', { completed: 1, cancelled: 2 }]);
    const report = childrenOf(again, dag.runId).find(({ task }) => task === 'report');
    assert.equal(report?.evidence, 'something that it waited for was lost with the damaged store');
    again.close();
  });

  it('that lost its top or a group keeps the tasks, with what they reached; those under way go on', () => {
    const store = Store.open(file);
    const dag = submitted(store, graph('dag'));
    const other = submitted(store, graph('other'));
    for (const { tasks } of [dag, other]) {
      const [prepare, , a, b] = tasks;
      assert.ok(prepare && a && b);
      begin(store, prepare.runId);
      end(store, prepare.runId);
      begin(store, a.runId);
      end(store, a.runId);
      begin(store, b.runId);
    }
    store.close();
    lose(`DELETE FROM run WHERE id IN ('${dag.runId}', '${other.tasks[1]?.runId ?? ''}')`);
    const again = Store.open(file);
    const statusesOf = ({ tasks }: { readonly tasks: readonly TaskSubmission[] }): string[] =>
      again.runsById(tasks.map(({ runId }) => runId)).map(({ name, status }) => `${name} ${status}`);
    // Its environments were kept under the name of the top: none of its tasks can start any more.
    assert.deepEqual(statusesOf(dag), [
      'prepare completed',
      'train running',
      'a completed',
      'b running',
      'c cancelled',
      'report cancelled',
    ]);
    const train = again.run(dag.tasks[1]?.runId ?? dag.runId);
    assert.deepEqual([train.parentId, train.children], [undefined, { completed: 1, running: 1, cancelled: 1 }]);
    // Without its group, a member belongs to the graph.
    assert.equal(again.run(other.tasks[3]?.runId ?? other.runId).parentId, other.runId);
    const a = other.tasks[2]?.runId ?? other.runId;
    assert.equal(again.summaries(a)[0]?.count, 20);
    workOff(again);
    assert.equal(again.run(train.id).status, 'cancelled');
    assert.equal(again.run(other.runId).status, 'failed');
    again.close();
  });

  it('that lost trials counts them as lost, and takes the best of those that are left', () => {
    const store = Store.open(file);
    const hunt = submitted(store, sweep('hunt', 6));
    for (const [i, { runId }] of hunt.tasks.slice(0, 3).entries()) {
      begin(store, runId);
      // The second is the best, and then the first.
      end(store, runId, 0, [2, 1, 3][i]);
    }
    const other = submitted(store, sweep('other', 2));
    const [good] = other.tasks;
    begin(store, good?.runId ?? other.runId);
    end(store, good?.runId ?? other.runId);
    assert.equal(store.run(hunt.runId).best?.name, 'seed-2');
    store.close();
    lose(
      "DELETE FROM run WHERE parent = 1 AND name IN ('seed-2', 'seed-5', 'seed-6')",
      'DELETE FROM attempt WHERE run = 3',
    );
    const again = Store.open(file);
    workOff(again);
    const top = again.run(hunt.runId);
    assert.deepEqual([top.status, top.children], ['failed', { completed: 3, lost: 3 }]);
    assert.deepEqual([top.best?.name, top.best?.value], ['seed-1', 2 / 20]);
    const { best } = again.run(other.runId);
    assert.deepEqual([best?.runId, best?.value], [good?.runId, 1 / 20]);
    again.close();
  });

  it('that got more trials later is not taken for the owner of a run in between that is lost', () => {
    const store = Store.open(file);
    const hunt = submitted(store, sweep('hunt', 2));
    store.submit({ ...launch('single'), experiment: 'e', environment: [] }, 1500);
    const more = sweep('hunt', 4);
    const tasks = more.tasks.map((task) => ({ ...task, parentId: hunt.runId }));
    const { added } = store.extendSweep({ runId: hunt.runId, sweep: more.sweep, tasks, environment: [] }, 0, 2000);
    assert.equal(added, 2);
    store.close();
    lose("DELETE FROM run WHERE name = 'single'");
    const again = Store.open(file);
    workOff(again);
    const top = again.run(hunt.runId);
    assert.deepEqual([top.status, top.children], ['completed', { completed: 4 }]);
    again.close();
  });

  it('that lost the rows of runs finds them again by their attempts, with their points and their place', () => {
    const store = Store.open(file);
    const dag = submitted(store, graph('dag'));
    const single = store.submit({ ...launch('single'), experiment: 'e', environment: [] }, 1000).run;
    const last = store.submit({ ...launch('last'), experiment: 'e', environment: [] }, 1000).run;
    const [prepare] = dag.tasks;
    assert.ok(prepare);
    for (const [id, code] of [
      [prepare.runId, 0],
      [single.id, 3],
    ] as const) {
      begin(store, id);
      end(store, id, code);
    }
    begin(store, last.id);
    store.close();
    lose("DELETE FROM run WHERE name IN ('prepare', 'single', 'last')");
    const again = Store.open(file);
    const [first, second, third] = again.runsById([prepare.runId, single.id, last.id]);
    assert.deepEqual([first?.status, first?.parentId], ['completed', dag.runId]);
    assert.deepEqual([second?.status, second?.attempt?.exitCode, second?.experiment], ['failed', 3, 'recovered']);
    assert.equal(third?.status, 'running');
    assert.equal(again.summaries(single.id)[0]?.count, 20);
    assert.match(again.notices()[0]?.message ?? '', /3 more runs found again/);
    workOff(again);
    assert.equal(again.run(dag.runId).status, 'completed', 'nothing of it is missing');
    again.close();
  });

  it('comes to an end whatever pages are cut off or overwritten', () => {
    const template = folder.join('template.db');
    const store = Store.open(template);
    for (let i = 0; i < 15; i += 1) {
      const dag = submitted(store, graph(`dag-${i}`));
      const hunt = submitted(store, sweep(`hunt-${i}`, 8));
      const [prepare, , a, b, c, report] = dag.tasks;
      assert.ok(prepare && a && b && c && report);
      const steps = [prepare, a, b, c, report].slice(0, i % 6);
      for (const { runId } of [...steps, ...hunt.tasks.slice(0, i % 9)]) {
        begin(store, runId);
        end(store, runId);
      }
      const next = ready(store)[0];
      if (next && i % 2 === 0) begin(store, next.id);
    }
    store.close();
    const random = new SeededRandom(23);
    const pages = readFileSync(template).byteLength / pageBytes;
    for (let i = 0; i < 20; i += 1) {
      fresh(template);
      const what = `damage ${i}`;
      if (i % 2 === 0) truncateSync(file, (24 + random.below(pages - 24)) * pageBytes + random.below(pageBytes));
      else {
        const bytes = readFileSync(file);
        for (let n = 0; n <= random.below(3); n += 1) {
          const at = (24 + random.below(pages - 24)) * pageBytes;
          bytes.fill(i % 4 === 1 ? 0 : 0xa5, at, at + pageBytes);
        }
        writeFileSync(file, bytes);
        // Shows only when all of it is looked at.
        writeFileSync(`${file}.suspect`, 'a broken page was met\n');
      }
      const again = Store.open(file);
      try {
        workOff(again);
        for (const { runs } of [again.runs({ limit: 10_000 })]) {
          for (const run of runs) {
            assert.ok(isSettled(run.status), `${what}: ${run.name} is ${run.status} for ever`);
            const children = run.kind === undefined ? [] : childrenOf(again, run.id);
            if (run.status !== 'completed' || run.kind !== 'sweep') continue;
            assert.equal(children.length, 8, `${what}: ${run.name} has completed with trials missing`);
          }
        }
      } catch (error) {
        assert.ok(!isFailure('Storage')(error), `${what}: the salvaged store is sound`);
        throw error;
      } finally {
        again.close();
      }
      assert.ok(!existsSync(`${file}.suspect`));
    }
  }).timeout(60_000);
});
