import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { dryRun } from '../../../../src/core/runFiles/dryRun';
import { dryRunDocument } from '../../../../src/core/runFiles/dryRunDocument';
import { ProgramVersions } from '../../../../src/core/runFiles/programVersion';
import { readRunFile } from '../../../../src/core/runFiles/readRunFile';
import type { Queue } from '../../../../src/protocol/engine';
import { RunFileFolder, usualPath } from './runFileFolder';

const room = { atOnce: 4, cpus: 4, memoryBytes: 8e9, gpus: 0 };

describe('a dry run', () => {
  let files: RunFileFolder;
  beforeEach(() => (files = new RunFileFolder()));
  afterEach(() => files.folder.remove());

  interface Given {
    readonly environment?: Readonly<Record<string, string>>;
    readonly queue?: Queue;
  }
  const told = async (content: object, { environment = {}, queue }: Given = {}): Promise<string> => {
    const text = JSON.stringify(content);
    const submitter = { PATH: usualPath, ...environment };
    const file = await readRunFile(text, files.file);
    const dry = await dryRun({ file, text, path: files.file, environment: submitter });
    const document = await dryRunDocument(dry, { path: files.file, environment: submitter, home: '/home/sl', queue });
    return document.replaceAll(files.folder.path, '~').replaceAll(process.execPath, '/bin/node');
  };
  /** Lines between a heading and the next. */
  const section = (document: string, heading: string): string[] => {
    const lines = document.split('\n');
    const start = lines.indexOf(heading);
    assert.ok(start >= 0, `${heading} in ${document}`);
    const rest = lines.slice(start + 1);
    const end = rest.findIndex((line) => /^#{1,3} /.test(line));
    return (end < 0 ? rest : rest.slice(0, end)).filter((line) => line !== '' && !line.startsWith('```'));
  };

  it('says all that would happen, in a document that can be folded', async () => {
    files.write('.env', 'API_KEY=from-the-file');
    const document = await told(
      {
        experiment: 'ising',
        name: 'cold',
        command: ['node', '-e', "'1'", '${parameters:flags}', '${run.outputs}/m'],
        parameters: { lr: 0.1 },
        env: { LR: '${parameters.lr}', TOKEN: '${secret:TOKEN}', HUB: '${env:HUB_KEY}', TO: '${run.outputs}/x' },
        envFile: '.env',
        timeout: '1 h',
        retries: 3,
        retryDelay: '1 min',
        signal: { name: 'USR1', before: '5 min' },
        grace: '30 s',
        tags: ['a', 'b'],
        compute: { cpus: 2, memory: '1 GB' },
      },
      {
        environment: { HUB_KEY: 'a key', KEPT: 'x' },
        queue: { isPaused: false, capacity: room, free: { ...room, atOnce: 3, cpus: 3 }, running: 1, waiting: 2 },
      },
    );
    assert.equal(
      document,
      `# Dry run of ising/cold

Nothing was submitted.

- Run file: ~/a.run.json
- At most: 4 h 7 min
- Secrets: TOKEN
- Room now: 3 of 4 places, 3 of 4 cpus, 8.0 GB of 8.0 GB of memory are free; 1 run executes, 2 wait before it

## cold

\`\`\`sh
/bin/node -e ''\\''1'\\''' --lr 0.1 '\${run.outputs}/m'
\`\`\`

- Interpreter: ${process.version}, /bin/node
- Folder: ~
- Tags: a, b
- Time limit: 1 h
- Compute: 2 cpus, 1.0 GB of memory
- Retries: 3, at most 4 h 7 min in all
- Signal: SIGUSR1 5 min before the time limit
- Grace: 30 s to end by itself when it is asked to
- Outputs: /home/sl/runs/‹id of the run›/outputs

### Environment

\`\`\`sh
API_KEY=‹hidden›
LR=0.1
TOKEN="\${secret:TOKEN}"
HUB="\${env:HUB_KEY}"
TO="\${run.outputs}/x"
\`\`\`

### Resolved file

\`\`\`json
{
  "experiment": "ising",
  "name": "cold",
  "command": [
    "/bin/node",
    "-e",
    "'1'",
    "--lr",
    "0.1",
    "\${run.outputs}/m"
  ],
  "cwd": "~",
  "tags": [
    "a",
    "b"
  ],
  "metadata": {},
  "parameters": {
    "lr": 0.1
  },
  "retries": 3,
  "retryDelay": "1 min",
  "grace": "30 s",
  "priority": 0,
  "env": {
    "LR": "\${parameters.lr}",
    "TOKEN": "\${secret:TOKEN}",
    "HUB": "\${env:HUB_KEY}",
    "TO": "\${run.outputs}/x"
  },
  "envFile": ".env",
  "timeout": "1 h",
  "signal": {
    "name": "USR1",
    "before": "5 min"
  },
  "compute": {
    "cpus": 2,
    "memory": "1 GB"
  }
}
\`\`\`
`,
    );
  });

  it('tells the first of many trials whole, and the first few by what they vary', async () => {
    const document = await told({
      experiment: 'search',
      name: 'wide',
      command: ['node', 'a.mjs', '${parameters:flags}'],
      timeout: '1 min',
      sweep: { over: { 'parameters.lr': { from: 1, to: 1000 } }, atOnce: 10 },
    });
    assert.deepEqual(section(document, '## Sweep'), [
      '- Trials: 1,000',
      '- At once: at most 10',
      '- lr=1',
      '- lr=2',
      '- lr=3',
      '- lr=4',
      '- lr=5',
      '- … and 995 more',
    ]);
    assert.deepEqual(
      document.split('\n').filter((line) => line.startsWith('## ')),
      ['## Sweep', '## lr=1 (the first trial)'],
    );
    assert.deepEqual(section(document, '# Dry run of search/wide').slice(1), [
      '- Run file: ~/a.run.json',
      '- Programs: 1,000, at most 10 at once',
      '- At most: 1 h 40 min',
    ]);
  });

  it('tells every task of a graph, with what it waits for and inherits', async () => {
    const document = await told({
      name: 'dag',
      parameters: { lr: 1 },
      tasks: { a: { script: 'true' }, b: { dependsOn: 'a', group: [{ script: 'echo `date`' }, { script: 'true' }] } },
    });
    assert.deepEqual(
      document.split('\n').filter((line) => /^## |^- (Waits|Programs|At most)/.test(line)),
      [
        '- Programs: 3, at most 2 at once',
        '- At most: without an end: not all programs have a time limit',
        '## a',
        '## b/member-1',
        '- Waits for: a',
        '## b/member-2',
        '- Waits for: a',
      ],
    );
    // What is in it cannot end the block that it stands in.
    assert.match(document, /```sh\n\S+ -e -c 'echo `date`'\n```/);
  });

  it('shows what activating a Python changes, and no value that it cannot know to be harmless', async () => {
    files.write('.venv/pyvenv.cfg', 'home = /usr/bin');
    files.write('.venv/bin/python', '#!/bin/sh\n[ "$1" = --version ] && echo Python 3.99.0\n', 0o755);
    const document = await told(
      { command: ['python', 'a.py'], python: { venv: '.venv' } },
      { environment: { PYTHONHOME: '/opt/other' } },
    );
    assert.deepEqual(section(document, '### Environment'), [
      'PATH=~/.venv/bin:$PATH',
      'VIRTUAL_ENV=~/.venv',
      ...document.split('\n').filter((line) => line.startsWith('VIRTUAL_ENV_PROMPT')),
      'unset PYTHONHOME',
    ]);
    assert.match(document, /^- Interpreter: Python 3\.99\.0, ~\/\.venv\/bin\/python$/m);
  });

  it('waits for no interpreter that does not answer, and asks no other program', async () => {
    const versions = new ProgramVersions();
    const silent = files.write('python3', '#!/bin/sh\nexit 3\n', 0o755);
    const other = files.write('train', '#!/bin/sh\ntouch "$(dirname "$0")/touched"\n', 0o755);
    assert.deepEqual(
      [
        await versions.find(silent, { PATH: usualPath }),
        await versions.find(other, {}),
        await versions.find('node', {}),
      ],
      [undefined, undefined, undefined],
    );
    assert.ok(!existsSync(files.folder.join('touched')));
  });
});
