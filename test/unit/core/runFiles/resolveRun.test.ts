import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Failure } from '../../../../src/base/failure';
import { cleanEnvironment } from '../../../../src/core/runFiles/environment';
import { readRunFile } from '../../../../src/core/runFiles/readRunFile';
import { experimentOf, randomName, resolveRun } from '../../../../src/core/runFiles/resolveRun';
import { isRunId } from '../../../../src/model/ids';
import type { Submission } from '../../../../src/protocol/engine';

describe('resolving a run', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'sidelab-resolve-'));
    await mkdir(path.join(folder, 'bin'));
    await mkdir(path.join(folder, 'sub'));
    await writeFile(path.join(folder, 'bin', 'train'), '#!/bin/sh\n', { mode: 0o755 });
    await symlink('train', path.join(folder, 'bin', 'python'));
    await writeFile(path.join(folder, 'sub', 'here.sh'), '#!/bin/sh\n', { mode: 0o755 });
    await writeFile(path.join(folder, 'sub', 'plain.py'), 'pass\n', { mode: 0o644 });
  });
  afterEach(async () => rm(folder, { recursive: true, force: true }));

  async function resolve(
    text: string,
    environment: NodeJS.ProcessEnv = { PATH: path.join(folder, 'bin') },
  ): Promise<Submission> {
    const file = path.join(folder, 'tour.run.json');
    return resolveRun({ file: await readRunFile(text, file), text, path: file, environment, workspace: folder });
  }

  async function failureOf(text: string, environment?: NodeJS.ProcessEnv): Promise<object> {
    try {
      await resolve(text, environment);
    } catch (error) {
      if (error instanceof Failure) return JSON.parse(JSON.stringify(error.toData()).replaceAll(folder, '~')) as object;
      throw error;
    }
    assert.fail('It was resolved.');
  }

  it('fills in everything that the engine needs', async () => {
    const text = `{
      "command": ["train", "--lr", "0.1"], "cwd": "sub", "tags": ["a"], "metadata": {"n": 1},
      "parameters": {"lr": 0.1}, "env": {"THREADS": "4", "HOME": "/elsewhere"}, "timeout": "90 min", "retries": 2
    }`;
    const PATH = path.join(folder, 'bin');
    const submission = await resolve(text, { PATH, HOME: '/home/a', VSCODE_PID: '1' });
    const { runId, name, ...rest } = submission;
    assert.ok(isRunId(runId));
    assert.match(name, /^[a-z]+-[a-z]+$/);
    assert.deepEqual(rest, {
      experiment: 'tour',
      tags: ['a'],
      metadataJson: '{"n":1}',
      parametersJson: '{"lr":0.1}',
      command: [path.join(folder, 'bin', 'train'), '--lr', '0.1'],
      cwd: path.join(folder, 'sub'),
      environment: [
        ['PATH', PATH],
        ['HOME', '/elsewhere'],
        ['THREADS', '4'],
      ],
      timeoutMs: 5_400_000,
      retries: 2,
      runFile: { path: path.join(folder, 'tour.run.json'), text },
      workspace: folder,
    });
  });

  it('takes what people call the run as it is written', async () => {
    const words = { experiment: 'ising', name: 'cold ${start}', description: 'Why?\n${x}', tags: ['a b', '${run.id}'] };
    const { experiment, name, description, tags } = await resolve(JSON.stringify({ command: ['train'], ...words }));
    assert.deepEqual({ experiment, name, description, tags }, words);
  });

  it('counts durations in milliseconds, and leaves out those that the file leaves out', async () => {
    const { timeoutMs, retryDelayMs, graceMs, signal } = await resolve(
      '{"command": ["train"], "timeout": 90, "retryDelay": "1.5 min", "grace": "250 ms", "signal": {"name": "USR1", "before": "30 s"}}',
    );
    assert.deepEqual(
      { timeoutMs, retryDelayMs, graceMs, signal },
      { timeoutMs: 90_000, retryDelayMs: 90_000, graceMs: 250, signal: { name: 'USR1', beforeMs: 30_000 } },
    );
    const bare = await resolve('{"command": ["train"]}');
    assert.deepEqual(
      ['timeoutMs', 'retryDelayMs', 'graceMs', 'signal'].filter((key) => key in bare),
      [],
    );
  });

  it('does not read $schema, which is for other editors', async () => {
    const { runFile } = await resolve('{"$schema": "no-such-file.json", "command": ["train"]}');
    assert.match(runFile?.text ?? '', /no-such-file/);
  });

  it('makes a new run each time, in the folder of its file', async () => {
    const [a, b] = [await resolve('{"command": ["train"]}'), await resolve('{"command": ["train"]}')];
    assert.notEqual(a.runId, b.runId);
    assert.equal(a.cwd, folder);
  });

  it('finds a program with a slash from the working folder, and keeps links', async () => {
    assert.equal(
      (await resolve('{"command": ["./here.sh"], "cwd": "sub"}')).command[0],
      path.join(folder, 'sub', 'here.sh'),
    );
    assert.equal((await resolve('{"command": ["python"]}')).command[0], path.join(folder, 'bin', 'python'));
    const viaEnv = await resolve(`{"command": ["here.sh"], "env": {"PATH": "${path.join(folder, 'sub')}"}}`);
    assert.equal(viaEnv.command[0], path.join(folder, 'sub', 'here.sh'));
  });

  it('says at the program which one is missing, and where it was looked for', async () => {
    const place = { file: '~/tour.run.json', line: 1, column: 14 };
    const code = 'InvalidInput';
    assert.deepEqual(await failureOf('{"command": ["trian"]}'), {
      code,
      message: 'command[0]: There is no program "trian".',
      hint: 'It was looked for in PATH: ~/bin.',
      place,
    });
    assert.deepEqual(await failureOf('{"command": ["./trian"], "cwd": "sub"}'), {
      code,
      message: 'command[0]: There is no program "./trian".',
      hint: 'It was looked for at ~/sub/trian.',
      place,
    });
    assert.deepEqual(await failureOf('{"command": ["here.sh"], "cwd": "sub"}'), {
      code,
      message: 'command[0]: There is no program "here.sh".',
      hint: '~/sub/here.sh exists: write "./here.sh" to run it, if it is a program.',
      place,
    });
    assert.deepEqual(await failureOf('{"command": ["./plain.py"], "cwd": "sub"}'), {
      code,
      message: 'command[0]: "./plain.py" is not an executable file: ~/sub/plain.py.',
      hint: 'Make it executable (chmod +x), or put its interpreter first, such as "node" or "python".',
      place,
    });
  });

  it('says at "cwd" that the folder is missing, or is none', async () => {
    const hint = 'It is relative to the folder of the run file.';
    assert.deepEqual(await failureOf('{\n"command": ["train"],\n  "cwd": "gone"}'), {
      code: 'InvalidInput',
      message: 'cwd: There is no folder ~/gone.',
      hint,
      place: { file: '~/tour.run.json', line: 3, column: 3 },
    });
    assert.deepEqual(await failureOf('{"command": ["train"], "cwd": "bin/train"}'), {
      code: 'InvalidInput',
      message: 'cwd: ~/bin/train is no folder.',
      hint,
      place: { file: '~/tour.run.json', line: 1, column: 24 },
    });
  });

  it('looks past a folder of PATH that it may not open', async () => {
    const closed = path.join(folder, 'closed');
    await mkdir(closed);
    await chmod(closed, 0);
    const PATH = `${closed}:/nowhere:${path.join(folder, 'bin')}`;
    assert.equal((await resolve('{"command": ["train"]}', { PATH })).command[0], path.join(folder, 'bin', 'train'));
  });
});

describe('names that are filled in', () => {
  it('names the experiment after the file', () => {
    assert.deepEqual(
      ['/a/tour.run.json', '/a/b.json', '/a/.run.json', '/a/My Runs.RUN.JSON'].map((path) =>
        experimentOf({ file: {}, path }),
      ),
      ['tour', 'b', 'runs', 'My Runs'],
    );
  });

  it('names a run by an adjective and a noun', () => {
    assert.equal(
      randomName(() => 0),
      'afraid-actors',
    );
    assert.match(
      randomName(() => 0.999999),
      /^[a-z]+-[a-z]+$/,
    );
  });
});

describe('the environment of a run', () => {
  it('is the submitter’s, without what belongs to the editor or to another run', () => {
    const cleaned = cleanEnvironment({
      PATH: '/bin',
      CONDA_PREFIX: '/conda',
      SNAPSHOTS: 'mine',
      npm_config_registry: 'mine',
      NODE_OPTIONS: '--max-old-space-size=1 --require "/x/ms-vscode.js-debug/bootloader.js"',
      VSCODE_PID: '1',
      ELECTRON_RUN_AS_NODE: '1',
      SNAP: '/snap/code/1',
      SNAP_NAME: 'code',
      CHROME_DESKTOP: 'code.desktop',
      SIDELAB_RUN_ID: 'other',
      GTK_PATH: '/snap/gtk',
      GTK_PATH_VSCODE_SNAP_ORIG: '',
      XDG_DATA_DIRS: '/snap/share',
      XDG_DATA_DIRS_VSCODE_SNAP_ORIG: '/usr/share',
    });
    assert.deepEqual(Object.fromEntries(cleaned), {
      PATH: '/bin',
      CONDA_PREFIX: '/conda',
      SNAPSHOTS: 'mine',
      npm_config_registry: 'mine',
      NODE_OPTIONS: '--max-old-space-size=1',
      XDG_DATA_DIRS: '/usr/share',
    });
  });

  it('forgets what `npm run` says about its own package', () => {
    const cleaned = cleanEnvironment({
      PATH: '/bin',
      npm_lifecycle_event: 'sidelab',
      npm_package_name: 'x',
      INIT_CWD: '/',
    });
    assert.deepEqual([...cleaned], [['PATH', '/bin']]);
  });
});
