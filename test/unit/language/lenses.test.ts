import assert from 'node:assert/strict';
import { planGraph } from '../../../src/core/runFiles/planGraph';
import { PlanIds } from '../../../src/core/runFiles/planIds';
import { readRunFile } from '../../../src/core/runFiles/readRunFile';
import { outlineOf } from '../../../src/core/runFiles/outline';
import { parseJsonTree } from '../../../src/core/runFiles/jsonTree';
import { EditedDocument } from '../../../src/language/editedDocument';
import { lensesOf } from '../../../src/language/lenses';

const uri = 'file:///w/a.run.json';

/** Titles above the first line. */
const head = (content: unknown): string[] => {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  return lensesOf(new EditedDocument(uri, text))
    .filter(({ command }) => command?.arguments?.length === 1)
    .map(({ command }) => command?.title ?? '');
};
const command = ['node', 'a.mjs'];
const over = { 'parameters.lr': [1, 2], 'parameters.seed': { from: 1, to: 5 } };

describe('lenses of a run file', () => {
  it('run, dry run, debug and preview what executes one program', () => {
    assert.deepEqual(head({ command }), ['$(play) Run', 'Dry Run', 'Debug', 'Preview Graph']);
    assert.deepEqual(head({ script: 'true' }), ['$(play) Run', 'Dry Run', 'Preview Graph']);
  });

  it('say how many trials a sweep has, and how long they take at most', () => {
    const sweep = (more: object): string | undefined => head({ command, sweep: { over }, ...more })[0];
    assert.deepEqual(
      [
        sweep({}),
        sweep({ timeout: '1 h' }),
        sweep({ timeout: '1 h', retries: 3, retryDelay: '1 min' }),
        sweep({ timeout: '1 h', sweep: { over, atOnce: 3 } }),
        sweep({ sweep: { over: { timeout: ['1 h', '3 h'] } } }),
        sweep({ timeout: '1 h', sweep: { over: { retries: [0, 1] }, trials: [{ retries: 5 }] } }),
        sweep({ timeout: '1 h', plugins: ['one-that-may-change-it'] }),
        sweep({ sweep: { trials: [{ 'parameters.lr': 1 }] } }),
        sweep({ sweep: { over: { 'parameters.lr': { from: 1, to: 10_000 } } } }),
        sweep({ command: undefined, timeout: '1 h', tasks: { a: { command }, b: { command, dependsOn: 'a' } } }),
      ],
      [
        '$(play) Sweep (10 trials)',
        '$(play) Sweep (10 trials, at most 1 h)',
        '$(play) Sweep (10 trials, at most 4 h 7 min)',
        '$(play) Sweep (10 trials, at most 4 h)',
        '$(play) Sweep (2 trials, at most 3 h)',
        '$(play) Sweep (3 trials, at most 6 h)',
        '$(play) Sweep (10 trials)',
        '$(play) Sweep (1 trial)',
        '$(play) Sweep (10,000 trials)',
        '$(play) Sweep (10 trials, at most 2 h)',
      ],
    );
  });

  it('say how many tasks a graph has, and how many of them execute at once', () => {
    const preview = (content: object): string | undefined => head(content).at(-1);
    assert.deepEqual(
      [
        preview({ tasks: { a: { command } } }),
        preview({ tasks: { a: { command }, b: { command }, c: { command, dependsOn: ['a', 'b'] } } }),
        preview({ sequential: true, tasks: { a: { command }, b: { command }, c: { command } } }),
        preview({ tasks: { a: { command }, b: { command: ['cat', '${tasks.a.outputs}/x'] } } }),
        preview({ group: [{ command }, { command }] }),
        preview({ tasks: { a: { command, sweep: { over, atOnce: 4 } }, b: { command } } }),
      ],
      [
        'Preview Graph (1 task, at most 1 at once)',
        'Preview Graph (3 tasks, at most 2 at once)',
        'Preview Graph (3 tasks, at most 1 at once)',
        'Preview Graph (2 tasks, at most 1 at once)',
        'Preview Graph (2 members, at most 2 at once)',
        'Preview Graph (11 programs, at most 5 at once)',
      ],
    );
  });

  it('have no counts while what they count is not well', () => {
    const plain = ['$(play) Sweep', 'Dry Run', 'Debug', 'Preview Graph'];
    for (const broken of [
      { command, sweep: {} },
      { command, sweep: { over: { 'parameters.lr': [1, 1] } } },
      { command, sweep: { over: { 'parameters.lr': 'all' } } },
      { command, sweep: { over: { 'parameters.lr': { from: 1, to: 1e9 } } } },
      { command, sweep: { over }, timeout: 'soon' },
      { command, sweep: { over }, timeout: [1] },
      { command, sweep: { over: { timeout: ['soon', '1 h'] } } },
      { command, sweep: { over }, retries: -1 },
      { sweep: { over } },
      { command, tasks: { a: { command } }, sweep: { over } },
      `{ "command": ["a"], "sweep": { "over": { "parameters.lr": [1, 2] } `,
    ]) {
      assert.deepEqual(head(broken), plain, JSON.stringify(broken));
    }
    for (const broken of [
      { tasks: {} },
      { tasks: { a: { command, dependsOn: 'b' } } },
      { tasks: { a: { command, dependsOn: 'b' }, b: { command, dependsOn: 'a' } } },
      { tasks: { a: { command }, b: {} } },
      { tasks: { a: 1 } },
      {
        group: [
          { name: 'a', command },
          { name: 'a', command },
        ],
      },
    ]) {
      assert.deepEqual(head(broken).at(-1), 'Preview Graph', JSON.stringify(broken));
    }
    for (const text of ['', '[]', '1', '// nothing', '{ "command": [']) {
      assert.equal(head(text)[0], '$(play) Run', text);
    }
  });

  it('debug a task or a member above its name, by the names on the way to it', () => {
    const text = `{
  "tasks": {
    "prepare": { "command": ["node", "a.mjs"] },
    "shell": { "script": "true" },
    "train": {
      "sweep": { "over": { "parameters.lr": [1, 2] } },
      "group": [
        { "name": "a", "command": ["node"] },
        { "command": ["node"] }
      ]
    }
  }
}`;
    const lenses = lensesOf(new EditedDocument(uri, text)).filter(({ range }) => range.start.line > 0);
    assert.deepEqual(
      lenses.map(({ range, command: each }) => ({ line: range.start.line, arguments: each?.arguments })),
      [
        { line: 2, arguments: [uri, ['prepare']] },
        { line: 7, arguments: [uri, ['train', 'a']] },
        { line: 8, arguments: [uri, ['train', 'member-2']] },
      ],
    );
  });

  it('say what the submission would come to', async () => {
    const contents: object[] = [
      {
        timeout: '10 min',
        retries: 1,
        tasks: {
          a: { command, retryDelay: '1 min' },
          b: { command, dependsOn: [{ task: 'a', on: 'finished' }], timeout: '1 h' },
          c: { group: [{ command }, { command, parameters: { from: '${tasks.a.outputs}' } }] },
          d: { command, sweep: { over: { retries: [0, 2], 'parameters.x': [1, 2, 3] }, atOnce: 2 }, dependsOn: ['c'] },
        },
      },
      {
        timeout: '2 h',
        sequential: true,
        sweep: { over, atOnce: 4 },
        tasks: { a: { command, timeout: 5 }, b: { command } },
      },
      { command, sweep: { over: { timeout: [1, 2], retries: [1, 2] }, trials: [{ timeout: '1 min' }] }, retryDelay: 3 },
    ];
    for (const content of contents) {
      const text = JSON.stringify(content);
      const path = '/a.run.json';
      const run = { file: await readRunFile(text, path), text, path, environment: { PATH: process.env['PATH'] } };
      const { plan } = await planGraph(run, new PlanIds('lenses'));
      const root = parseJsonTree(text);
      const extent = root && outlineOf(root)?.extent;
      assert.ok(extent, text);
      assert.deepEqual(
        [extent.programs, extent.atOnce, extent.longestMs, extent.unlimited],
        [plan.programs, plan.mostAtOnce, plan.longestMs, plan.unlimited],
        text,
      );
    }
  });
});
