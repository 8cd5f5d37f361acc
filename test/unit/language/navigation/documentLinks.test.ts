import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { EditedDocument } from '../../../../src/language/editedDocument';
import { linksIn, maxLooks } from '../../../../src/language/navigation/documentLinks';
import { type TemporaryFolder, temporaryFolder } from '../../../support/temporaryFolder';

describe('links in a run file', () => {
  let folder: TemporaryFolder;
  beforeEach(() => {
    folder = temporaryFolder();
    for (const name of ['train.py', 'conf/a b.yaml', 'conf/run.sh', '.env', 'data/x.csv', '.sidelab/plugins/p.json'])
      write(name);
  });
  afterEach(() => folder.remove());

  const write = (name: string): void => {
    mkdirSync(path.dirname(folder.join(name)), { recursive: true });
    writeFileSync(folder.join(name), '');
  };
  /** "text → file" of each link. */
  const links = async (content: unknown, name = 'a.run.json'): Promise<string[]> => {
    const text = typeof content === 'string' ? content : JSON.stringify(content, undefined, 1);
    const document = new EditedDocument(pathToFileURL(folder.join(name)).href, text);
    return (await linksIn(document)).map(({ range, target }) => {
      const file = path.relative(folder.path, fileURLToPath(target ?? ''));
      return `${document.lines.getText(range)} → ${file}`;
    });
  };

  it('lead to files of a command that are there, relative to its folder', async () => {
    assert.deepEqual(
      await links({
        command: ['node', 'train.py', 'missing.py', '--config=conf/a b.yaml', 'conf', folder.join('.env')],
        inputs: { all: ['data/x.csv', 'data/*.csv', 'data', 'https://example.org/x'], late: '${run.outputs}/x' },
        envFile: ['.env', 'other.env'],
      }),
      [
        'train.py → train.py',
        'conf/a b.yaml → conf/a b.yaml',
        `${folder.join('.env')} → .env`,
        'data/x.csv → data/x.csv',
        'data → data',
        '.env → .env',
      ],
    );
  });

  it('take the folder of a task, its own or inherited, and references to folders', async () => {
    assert.deepEqual(
      await links({
        cwd: '${runFileDirname}/conf',
        tasks: {
          a: { command: ['./run.sh', 'a b.yaml', 'train.py'] },
          b: { cwd: '.', command: ['run.sh', '${workspaceFolder}/data/x.csv', '${parameters.x}.py'] },
          c: { cwd: '${run.outputs}', command: ['sh', 'train.py', '${runFileDirname}/train.py'] },
        },
      }),
      [
        '${runFileDirname}/conf → conf',
        './run.sh → conf/run.sh',
        'a b.yaml → conf/a b.yaml',
        '. → ',
        '${workspaceFolder}/data/x.csv → data/x.csv',
        '${runFileDirname}/train.py → train.py',
      ],
    );
  });

  it('are where the path is written, escapes and all', async () => {
    assert.deepEqual(await links(String.raw`{ "command": ["node", "--c=\u0063onf\/a b.yaml", "x"] }`), [
      String.raw`\u0063onf\/a b.yaml → conf/a b.yaml`,
    ]);
  });

  it('are found in scripts, as far as a word is a path', async () => {
    assert.deepEqual(
      await links({
        script: 'set -e\npython train.py --config="conf/a b.yaml"\n./conf/run.sh > out.txt; cat data/x.csv|wc',
      }),
      ['train.py → train.py', './conf/run.sh → conf/run.sh', 'data/x.csv → data/x.csv'],
    );
  });

  it('are none of what is no path, not there, or no file', async () => {
    symlinkSync('loop', folder.join('loop'));
    assert.deepEqual(
      await links({
        command: ['train.py', 'loop', 'train.py/x', '', ' ', 'a\0b', 'x'.repeat(5000), '$${runFile}', '${', 3, null],
        parameters: { command: ['train.py'] },
        cwd: 7,
        inputs: 'data',
        envFile: { a: '.env' },
      }),
      [],
    );
    assert.deepEqual(await links('[1'), []);
    assert.deepEqual(
      await linksIn(new EditedDocument('untitled:a.run.json', '{ "command": ["x", "/etc/passwd"] }')),
      [],
    );
  });

  it('are looked for a few hundred times at most, at the top of the file', async () => {
    const tasks = Object.fromEntries(
      Array.from({ length: 1000 }, (_, index) => [`t${index}`, { command: ['node', 'train.py', `no/${index}.py`] }]),
    );
    const found = await links({ tasks, envFile: '.env' });
    // The same path is looked for once.
    assert.equal(found.length, maxLooks);
  });
});
