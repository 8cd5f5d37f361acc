import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { mock } from 'node:test';
import { type TemporaryFolder, temporaryFolder, until } from '../../support/temporaryFolder';

interface Loader {
  activate(context: object): unknown;
}

describe('what VS Code loads first', () => {
  let folder: TemporaryFolder;
  const subscriptions: { dispose(): void }[] = [];
  beforeEach(() => (folder = temporaryFolder()));
  afterEach(() => {
    for (const each of subscriptions.splice(0)) each.dispose();
    folder.remove();
  });

  /** As VS Code does it in a fresh window. */
  const load = (): unknown => {
    const require = createRequire(folder.join('x.cjs'));
    const file = folder.join('extension.cjs');
    cpSync('dist/extension.cjs', file);
    Reflect.deleteProperty(require.cache, file);
    const context = { globalStorageUri: { fsPath: folder.join('storage') }, subscriptions };
    return (require(file) as Loader).activate(context);
  };
  /** And its first ten seconds after that. */
  const loadAndWait = (): unknown => {
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      const answer = load();
      mock.timers.tick(10_000);
      return answer;
    } finally {
      mock.timers.reset();
    }
  };
  const write = (answer: number): void =>
    writeFileSync(
      folder.join('window.cjs'),
      `const path = require('node:path'); exports.activate = () => [${answer}, path.basename(__filename)]; // the end`,
    );
  const kept = (): string[] => {
    try {
      return readdirSync(folder.join('storage', 'code')).filter((name) => name.endsWith('.code'));
    } catch {
      return [];
    }
  };

  it('loads the window’s bundle, keeps its code, and takes that of no other bundle and none that is damaged', async () => {
    write(1);
    assert.deepEqual(loadAndWait(), [1, 'window.cjs']);
    const [name = ''] = await until(() => kept().length > 0 && kept(), 'the code to be kept');
    assert.deepEqual(load(), [1, 'window.cjs']);
    const file = path.join(folder.join('storage', 'code'), name);
    const bytes = readFileSync(file);
    for (const damaged of [bytes.subarray(0, 3), bytes.subarray(0, 200), Buffer.from(bytes).fill(7, 100, 300)]) {
      writeFileSync(file, damaged);
      assert.deepEqual(load(), [1, 'window.cjs']);
    }
    write(2);
    assert.deepEqual(loadAndWait(), [2, 'window.cjs']);
    await until(() => !kept().includes(name), 'the code of the bundle before to go');
  });

  it('needs no place to keep anything', () => {
    mkdirSync(folder.join('storage'));
    writeFileSync(folder.join('storage', 'code'), 'not a folder');
    write(3);
    assert.deepEqual(load(), [3, 'window.cjs']);
  });
});
