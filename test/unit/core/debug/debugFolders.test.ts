import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { type DebugChoice, debugChoices } from '../../../../src/core/debug/debugChoices';
import { prepareDebug } from '../../../../src/core/debug/debugFolders';
import { KeptTexts } from '../../../../src/core/debug/keptTexts';
import { interpreterWords, withInterpreter } from '../../../../src/core/debug/scriptInterpreter';
import type { Submission } from '../../../../src/protocol/engine';
import { isFailure } from '../../../support/isFailure';
import { RunFileFolder, usualPath } from '../runFiles/runFileFolder';

describe('a program that is debugged', () => {
  let files: RunFileFolder;
  beforeEach(() => (files = new RunFileFolder()));
  afterEach(() => files.folder.remove());

  const prepare = async (
    submission: Submission,
    choice: DebugChoice | undefined,
    { secrets = {}, nowMs = Date.now() }: { secrets?: Record<string, string>; nowMs?: number } = {},
  ): ReturnType<typeof prepareDebug> => {
    assert.ok(choice);
    const home = files.folder.join('home');
    return prepareDebug({
      home,
      submission,
      program: choice.program,
      secrets: new Map(Object.entries(secrets)),
      nowMs,
    });
  };

  it('gets what a run gets, in folders that are nobody else’s', async () => {
    const script =
      'cat "$SIDELAB_PARAMETERS"; echo "$TOKEN" > "$SIDELAB_OUTPUTS/a"; echo {} >> "$SIDELAB_RUN_LOG"; echo "$1"';
    const submission = await files.resolve({
      command: ['sh', '-c', script, 'sh', '${run.outputs}'],
      parameters: { lr: 0.5 },
      env: { TOKEN: '${secret:TOKEN}' },
    });
    const { command, cwd, env, folder } = await prepare(submission, debugChoices(submission)[0], {
      secrets: { TOKEN: 't' },
    });
    const [program = '', ...args] = command;
    const said = execFileSync(program, args, { cwd, env: { ...env }, encoding: 'utf8' });
    assert.equal(said, `{"lr":0.5}${path.join(folder, 'outputs')}\n`);
    assert.equal(readFileSync(path.join(folder, 'outputs', 'a'), 'utf8'), 't\n');
    assert.equal(statSync(folder).mode & 0o077, 0);
    assert.ok(!existsSync(files.folder.join('home', 'runs')));
  });

  it('finds nothing of sessions of the day before yesterday, and all of today’s', async () => {
    const submission = await files.resolve({ script: 'true' });
    const [choice] = debugChoices(submission);
    const { folder } = await prepare(submission, choice);
    const again = await files.resolve({ script: 'true' });
    await prepare(again, debugChoices(again)[0]);
    assert.ok(existsSync(folder));
    utimesSync(folder, new Date(0), new Date(0));
    const third = await files.resolve({ script: 'true' });
    await prepare(third, debugChoices(third)[0]);
    assert.ok(!existsSync(folder));
  });

  it('is one of all tasks, members and trials, by the names on the way to it', async () => {
    const submission = await files.resolve({
      tasks: {
        prepare: { script: 'true' },
        train: {
          sweep: { over: { 'parameters.lr': [1, 2] } },
          group: [{ name: 'a', script: 'true' }, { script: 'true' }],
        },
      },
    });
    const paths = (within?: readonly string[]): string[] =>
      debugChoices(submission, within).map(({ path: way }) => way);
    const trials = ['lr=1', 'lr=2'];
    const members = (names: readonly string[]): string[] =>
      trials.flatMap((trial) => names.map((name) => `train/${trial}/${name}`));
    assert.deepEqual(paths(), ['prepare', ...members(['a', 'member-2'])]);
    assert.deepEqual(paths(['prepare']), ['prepare']);
    assert.deepEqual(paths(['train']), members(['a', 'member-2']));
    assert.deepEqual(paths(['train', 'member-2']), members(['member-2']));
    assert.deepEqual(paths(['gone']), []);
  });

  it('says that it is alone when it needs what another task would leave', async () => {
    const submission = await files.resolve({
      tasks: { a: { script: 'true' }, b: { command: ['cat', '${tasks.a.outputs}/x'] } },
    });
    await assert.rejects(
      prepare(submission, debugChoices(submission, ['b'])[0]),
      isFailure('InvalidInput', /has left no outputs/),
    );
  });

  it('that is a script is started by what its first line names', async () => {
    const environment = new Map([['PATH', usualPath]]);
    const command = async (firstLine: string): Promise<string> => {
      const script = files.write('train', `${firstLine}\nx`, 0o755);
      const words = await withInterpreter([script, '--lr'], files.folder.path, environment);
      return words.join(' ').replace(script, '~').replace(process.execPath, '<node>');
    };
    assert.equal(await command('#!/usr/bin/env node'), '<node> ~ --lr');
    assert.equal(
      await command('#!/opt/venv/bin/python3 -u').catch((error: Error) => error.message),
      'There is no program "/opt/venv/bin/python3".',
    );
    assert.equal(await command('#!/bin/sh'), '~ --lr');
    assert.equal(await command('print(1)'), '~ --lr');
    assert.deepEqual(await withInterpreter(['/bin/node', 'a'], '/', environment), ['/bin/node', 'a']);
    assert.deepEqual(
      ['#!/usr/bin/env -S python3 -u', '#! /usr/bin/python', '#!/usr/bin/env', '#!', 'x'].map(interpreterWords),
      [['python3', '-u'], ['/usr/bin/python'], undefined, undefined, undefined],
    );
  });

  it('has texts that the editor would fill, and secrets, as marks until it starts', () => {
    const texts = new KeptTexts('1', ['s3cret', '']);
    const told = { args: ['${env:HOME}', 'plain'], env: { A: 's3cret!', B: null, C: '${command:x}' }, n: 1 };
    const hidden = texts.hide(told);
    assert.ok(!/\$\{|s3cret/.test(JSON.stringify(hidden)));
    assert.deepEqual(hidden.env.B, null);
    assert.deepEqual(texts.restore(hidden), told);
    // An extension may have put it into another text meanwhile.
    assert.equal(texts.restore(`/bin:${hidden.env.A}`), '/bin:s3cret!');
  });
});
