import assert from 'node:assert/strict';
import { describeRow } from '../../../src/model/describeRun';
import type { Run } from '../../../src/model/run';
import { runStatuses } from '../../../src/model/runStatus';
import { describeActive } from '../../../src/shell/activeRuns';
import {
  describeRunRow,
  iconOf,
  isSameRunRow,
  runAccessibleLabel,
  runFacts,
  runFlags,
  statusIcons,
} from '../../../src/shell/tree/runRow';
import { describeGroup } from '../../../src/shell/tree/groupRow';
import { FakeSource, makeRun, runIdOf } from './fakeSource';

const none = {
  submit: false,
  cancel: false,
  retry: false,
  output: false,
  sweeps: false,
  queue: false,
  change: false,
  delete: false,
};
const all = {
  submit: true,
  cancel: true,
  retry: true,
  output: true,
  sweeps: true,
  queue: true,
  change: false,
  delete: false,
};
const attempt = {
  number: 1,
  executor: 'local',
  host: 'here',
  pid: 42,
  folder: '/runs/1',
  createdAtMs: 0,
  startedAtMs: 0,
};

describe('the row of a run', () => {
  it('has an icon of its own for each status', () => {
    const icons = runStatuses.map((status) => statusIcons[status].icon);
    assert.equal(new Set(icons).size, runStatuses.length);
  });

  it('offers what can be done with it', () => {
    assert.equal(
      runFlags(makeRun(1, { status: 'running', attempt, runFilePath: '/a.run.json' }), all),
      'run;cancellable;hasLog;hasRunFile;',
    );
    assert.equal(
      runFlags(makeRun(1, { status: 'failed', attempt }), all),
      'run;retryable;resumable;endedEarly;explainable;hasLog;',
    );
    assert.equal(runFlags(makeRun(1, { status: 'completed', attempt }), all), 'run;retryable;resumable;hasLog;');
    assert.equal(runFlags(makeRun(1, { status: 'cancel-pending', attempt }), all), 'run;hasLog;');
    assert.equal(
      runFlags(makeRun(1, { status: 'running', attempt }), {
        ...all,
        cancel: false,
        retry: false,
        output: false,
        queue: false,
      }),
      'run;',
    );
  });

  it('offers to change what is there, to move what is whole, and to delete what has ended as well', () => {
    const able = { ...none, change: true, delete: true };
    const flags = (changes: Partial<Run>): string => runFlags(makeRun(1, changes), able);
    assert.equal(flags({ status: 'completed' }), 'run;changeable;unpinned;movable;deletable;');
    assert.equal(flags({ status: 'running', pinned: true }), 'run;changeable;pinned;movable;');
    assert.equal(flags({ parentId: runIdOf(2), status: 'completed' }), 'run;partOfGraph;changeable;unpinned;');
  });

  it('says that it is pinned, and the beginning of its note', () => {
    const run = makeRun(1, { pinned: true, note: `why ${'x'.repeat(10_000)}` });
    assert.match(describeRunRow(run, 1000), /^★ completed/);
    assert.match(runAccessibleLabel(run, 1000), /^Run run-1, pinned, completed/);
    const [, note = ''] = runFacts(run, 1000).find(([name]) => name === 'Note') ?? [];
    assert.ok(note.startsWith('why xxx') && note.endsWith('x…') && note.length < 700);
    assert.ok(!isSameRunRow(run, makeRun(1)));
  });

  it('offers to hold what waits, to release what is held, and to put either first', () => {
    const queued = makeRun(1, { status: 'queued' });
    assert.equal(runFlags(queued, all), 'run;cancellable;holdable;promotable;');
    assert.equal(runFlags({ ...queued, held: true }, all), 'run;cancellable;releasable;promotable;');
    assert.equal(runFlags(queued, { ...all, queue: false }), 'run;cancellable;');
    const graph = makeRun(1, { status: 'running', kind: 'graph' });
    assert.equal(runFlags(graph, all), 'run;cancellable;holdable;promotable;');
  });

  it('shows that it is held, and what it takes', () => {
    const held = makeRun(1, { status: 'queued', held: true, evidence: 'held', statusAtMs: 0 });
    assert.deepEqual([iconOf(held).icon, describeRow(held, 0)], ['debug-pause', 'queued · held']);
    const task = { ...held, evidence: 'waits for prepare' };
    assert.equal(describeRow(task, 0), 'queued · held · waits for prepare');
    const graph = makeRun(1, { status: 'running', kind: 'graph', held: true, statusAtMs: 0 });
    assert.deepEqual([iconOf(graph).icon, describeRow(graph, 0)], ['play-circle', 'running · held']);
    const demanding = { ...held, demand: { cpus: 4, memoryBytes: 16e9, gpus: 1 }, priority: 5 };
    const facts = runFacts(demanding, 0).filter(([name]) => ['', 'Takes', 'Priority'].includes(name));
    assert.deepEqual(facts, [
      ['', 'queued · held'],
      ['Takes', '4 cpus, 16 GB of memory, 1 gpu'],
      ['Priority', '5'],
    ]);
  });

  it('offers to resume only what has started once', () => {
    assert.equal(runFlags(makeRun(1, { status: 'cancelled' }), all), 'run;retryable;endedEarly;');
    const { startedAtMs: _startedAtMs, ...refused } = attempt;
    const flags = (number: number): string =>
      runFlags(makeRun(1, { status: 'completed', attempt: { ...refused, number } }), all);
    assert.deepEqual([flags(1), flags(2)], ['run;retryable;hasLog;', 'run;retryable;resumable;hasLog;']);
  });

  it('offers to go on from a task, and to resume a graph in which anything has started', () => {
    const flags = (changes: Partial<Run>): string => runFlags(makeRun(1, changes), all);
    const parentId = runIdOf(2);
    assert.equal(flags({ parentId, status: 'skipped' }), 'run;partOfGraph;retryable;inGraph;');
    assert.equal(flags({ parentId, status: 'running', attempt }), 'run;partOfGraph;cancellable;hasLog;');
    const graph = { kind: 'graph', status: 'cancelled' } as const;
    assert.equal(flags({ ...graph, children: { skipped: 2 } }), 'run;hasGraph;retryable;endedEarly;');
    assert.equal(
      flags({ ...graph, children: { cancelled: 1, skipped: 1 } }),
      'run;hasGraph;retryable;resumable;endedEarly;',
    );
  });

  it('offers the graph of what is made of runs, and of what is a part of it', () => {
    const flags = (changes: Partial<Run>): string => runFlags(makeRun(1, { status: 'queued', ...changes }), none);
    const [parentId, children] = [runIdOf(2), { queued: 1 }];
    assert.deepEqual(
      [flags({}), flags({ children }), flags({ parentId }), flags({ parentId, children })],
      ['run;', 'run;hasGraph;', 'run;partOfGraph;', 'run;hasGraph;'],
    );
  });

  it('says in its tooltip where it is', () => {
    const run = makeRun(1, { status: 'running', statusAtMs: 0, heardAtMs: 1000, attempt, tags: ['a', 'b'] });
    const facts = runFacts(run, 5000).filter(([name]) => name !== 'Since');
    assert.deepEqual(facts, [
      ['', 'running · last heard 4 s ago'],
      ['Duration', '5 s'],
      ['Experiment', 'tour'],
      ['Tags', 'a, b'],
      ['Id', run.id],
      ['Executor', 'local'],
      ['Host', 'here'],
      ['Process', '42'],
      ['Folder', '/runs/1'],
    ]);
  });
});

describe('counts', () => {
  it('of a group leave out what is zero', () => {
    const group = { key: 'x', label: 'tour', newestSequence: 1, runCount: 1, activeCount: 0, failedCount: 0 };
    assert.equal(describeGroup(group), '1 run');
    assert.equal(
      describeGroup({ ...group, runCount: 12, activeCount: 2, failedCount: 1 }),
      '12 runs · 2 active · 1 failed',
    );
    assert.equal(describeGroup({ ...group, runCount: 3, hiddenCount: 9_997 }), '3 of 10,000 runs');
  });

  it('of active runs tell those that wait apart', () => {
    const source = new FakeSource();
    const runs = (['running', 'cancel-pending', 'queued'] as const).map((status) => ({
      source,
      run: makeRun(1, { status }),
    }));
    assert.equal(describeActive(runs), '2 running, 1 waiting');
    assert.equal(describeActive(runs.slice(2)), '1 waiting');
  });
});
