import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'jsonc-parser';
import { readPastRun } from '../../../../src/core/newRunFile/pastRun';
import { type PastRunFile, runFileOfPastRun } from '../../../../src/core/newRunFile/pastRunFile';
import { diagnoseRunFile, readRunFile } from '../../../../src/core/runFiles/readRunFile';
import { resolveRun } from '../../../../src/core/runFiles/resolveRun';
import { newRunId } from '../../../../src/model/ids';
import type { Run } from '../../../../src/model/run';
import { isFailure } from '../../../support/isFailure';
import { GraphRuns } from '../../graphs/graphRuns';

const withoutHead = (text: string): string => text.replace(/^\/\/.*\n(?:\/\/.*\n)?/, '');
const contentOf = (text: string): unknown => parse(text, [], { allowTrailingComma: true });

describe('a run file from a past run', () => {
  const graphs = new GraphRuns();

  before(async () => graphs.start());
  after(async () => graphs.stop());

  const make = async (run: Run): Promise<PastRunFile> => {
    const { peer } = graphs.client;
    const source = {
      run: async (reference: string) => peer.call('runs.get', { run: reference }),
      runFile: async (runId: Run['id']) => (await peer.call('runs.file', { runId })).file,
      children: async (runId: Run['id'], query: { readonly limit: number }) =>
        peer.call('runs.children', { runId, ...query }),
    };
    const made = await runFileOfPastRun(await readPastRun(source, run.id));
    assert.deepEqual(await diagnoseRunFile(made.text, path.join(made.folder, 'x.run.json')), [], made.text);
    return made;
  };

  /** Submits a text as it is. */
  const submitText = async (text: string): Promise<Run> => {
    const file = path.join(graphs.harness.folder.path, 'sub.run.json');
    writeFileSync(file, text);
    const environment = { PATH: process.env['PATH'] };
    const content = await readRunFile(text, file);
    return graphs.client.peer.call('runs.submit', await resolveRun({ file: content, text, path: file, environment }));
  };

  it('is its file as it was, comments and all, without the name and with the experiment', async () => {
    const run = await submitText(
      [
        '// Why this is run.',
        '{',
        '    "name": "first", // found by this',
        '    "command": ["true"], // does nothing',
        '    "parameters": { "lr": 0.1 },',
        '}',
        '',
      ].join('\n'),
    );
    const { text, name, folder } = await make(run);
    const [head, ...rest] = text.split('\n');
    assert.match(head ?? '', new RegExp(`^// From the run first \\(${run.id}\\), \\w+ on \\d{4}-\\d\\d-\\d\\d\\.$`));
    assert.deepEqual(rest, [
      '// Why this is run.',
      '{',
      '    "experiment": "sub",',
      '    "command": ["true"], // does nothing',
      '    "parameters": { "lr": 0.1 },',
      '}',
      '',
    ]);
    assert.deepEqual([name, folder], ['sub', graphs.harness.folder.path]);
  });

  it('is that also where all is on one line, and the name is the last', async () => {
    const texts = [
      '{"command": ["true"], "name": "a"}',
      '{"name": "a", "command": ["true"], "experiment": "e"}',
      '{ "name": "a",\n  "command": ["true"] }',
      '{"command": ["true"],\n"name": "a"\n}',
      '\uFEFF{"command": ["true"]}',
    ];
    for (const text of texts) {
      const content = contentOf((await make(await submitText(text))).text);
      assert.deepEqual(content, { experiment: text.includes('"e"') ? 'e' : 'sub', command: ['true'] }, text);
    }
  });

  it('has for a trial what the sweep chose, and says so', async () => {
    const sweep = await graphs.submit({
      experiment: 'search',
      name: 'all',
      tags: ['t'],
      command: ['true', '${parameters:flags}'],
      parameters: { lr: 1, model: { width: 2, depth: 3 } },
      sweep: { over: { 'parameters.model.width': [64, 128], 'env.THREADS': [4] } },
    });
    const [, second] = await graphs.children(sweep.id);
    assert.ok(second);
    const { text, name } = await make(second);
    assert.equal(
      withoutHead(text),
      [
        '{',
        '  "experiment": "search",',
        '  "tags": ["t"],',
        '  "command": ["true", "${parameters:flags}"],',
        '  "parameters": {',
        '    "lr": 1,',
        '    "model": {',
        '      "width": 128, // chosen by the sweep',
        '      "depth": 3,',
        '    },',
        '  },',
        '  "env": {',
        '    "THREADS": "4", // chosen by the sweep',
        '  },',
        '}',
        '',
      ].join('\n'),
    );
    assert.match(text, /^\/\/ From the run .* a trial of all\.$/m);
    assert.equal(name, second.name.replaceAll(/[^\w.-]+/g, '-'));
    // The sweep itself is the file.
    assert.deepEqual(Object.keys(contentOf((await make(sweep)).text) as object), [
      ...['experiment', 'tags', 'command', 'parameters', 'sweep'],
    ]);
  });

  it('has for a task what it took from around it, and what other tasks had made', async () => {
    const top = await graphs.submit({
      experiment: 'dag',
      name: 'top',
      env: { A: '1', B: '1' },
      parameters: { lr: 1 },
      timeout: '1 h',
      tasks: {
        prepare: { command: ['true'] },
        train: {
          dependsOn: ['prepare'],
          env: { B: '2' },
          group: [
            { name: 'one', command: ['true', '${tasks.prepare.outputs}/x', '$${run.id}', '${run.id}'], tags: ['x'] },
          ],
        },
      },
    });
    const [prepare, train] = await graphs.children(top.id);
    const [one] = await graphs.children(train?.id ?? top.id);
    assert.ok(prepare && one);
    const { outputs } = await graphs.client.peer.call('runs.get', { run: prepare.id });
    const { text, name } = await make(one);
    assert.deepEqual(contentOf(text), {
      experiment: 'dag',
      timeout: '1 h',
      command: ['true', `${outputs}/x`, '$${run.id}', '${run.id}'],
      tags: ['x'],
      env: { A: '1', B: '2' },
      parameters: { lr: 1 },
    });
    assert.equal(name, 'one');
    assert.match(text, /a task of top\.\n/);
  });

  it('is what was executed where there was no file', async () => {
    const submission = await graphs.resolve({
      command: ['true', '${run.outputs}', '$${run.id}', '$${HOME}', '${parameters.t}'],
      parameters: { t: '$${x}', lr: 0.1 },
      timeout: 60,
      retries: 2,
      tags: ['a'],
    });
    const { runFile: _, ...rest } = submission;
    const run = await graphs.client.peer.call('runs.submit', { ...rest, runId: newRunId() });
    const made = await make(run);
    assert.equal(made.folder, graphs.harness.folder.path);
    const again = await graphs.resolve(contentOf(made.text));
    const facts = ({ command, cwd, parametersJson, timeoutMs, retries, tags, experiment }: typeof again): unknown => ({
      ...{ command, cwd, parameters: JSON.parse(parametersJson) as unknown, timeoutMs, retries, tags, experiment },
    });
    assert.deepEqual(facts(again), facts(submission));
  });

  it('cannot be made of a run made of runs whose file is not known', async () => {
    const { runFile: _, ...rest } = await graphs.resolve({ tasks: { a: { command: ['true'] } } });
    const run = await graphs.client.peer.call('runs.submit', rest);
    await assert.rejects(make(run), isFailure('NotFound'));
    const [task] = await graphs.children(run.id);
    assert.ok(task);
    assert.match((await make(task)).text, /its run file is not known/);
  });
});
