import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Failure } from '../../../../src/base/failure';
import { installEngine } from '../../../../src/core/sources/engine/installEngine';
import {
  candidateFailure,
  type EngineCandidate,
  engineEnvironment,
  startEngine,
} from '../../../../src/core/sources/engine/startEngine';

describe('the engine’s copy in the home', () => {
  let folder: string;
  let bundle: string;
  let home: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'sidelab-install-'));
    bundle = path.join(folder, 'extension', 'dist');
    home = path.join(folder, 'home');
    await mkdir(bundle, { recursive: true });
    await writeFile(path.join(folder, 'extension', 'package.json'), '{"version": "1.2.3"}');
    await writeFile(path.join(bundle, 'wrapper.sh'), 'exit 0\n');
    await engineIs('process.exit(0);');
  });
  afterEach(async () => rm(folder, { recursive: true, force: true }));

  const engineIs = async (script: string): Promise<void> => writeFile(path.join(bundle, 'engine.cjs'), script);
  const start = async (environment: NodeJS.ProcessEnv = {}): Promise<EngineCandidate> =>
    startEngine({ home, bundleFolder: bundle, environment, engineArguments: ['--idle-ms', '5'] });
  const ended = async (candidate: EngineCandidate): Promise<void> => {
    while (!candidate.exit) await new Promise((resolve) => setTimeout(resolve, 5));
  };

  it('is whole, for its owner only, and named after its version and content', async () => {
    const engine = await installEngine(bundle, home);
    assert.match(path.relative(home, engine), /^engine\/1\.2\.3-[0-9a-f]{12}\/engine\.cjs$/);
    assert.equal(await readFile(engine, 'utf8'), 'process.exit(0);');
    assert.deepEqual((await readdir(path.dirname(engine))).sort(), ['engine.cjs', 'wrapper.sh']);
    assert.equal((await stat(home)).mode & 0o777, 0o700);
  });

  it('is made once, also by many windows at once, and mended when a part is missing', async () => {
    const engines = new Set(await Promise.all(Array.from({ length: 20 }, async () => installEngine(bundle, home))));
    assert.equal(engines.size, 1);
    const [engine = ''] = engines;
    const { mtimeMs } = await stat(engine);
    await rm(path.join(path.dirname(engine), 'wrapper.sh'));
    await installEngine(bundle, home);
    assert.equal((await stat(engine)).mtimeMs, mtimeMs);
    assert.deepEqual((await readdir(path.dirname(engine))).sort(), ['engine.cjs', 'wrapper.sh']);
  });

  it('has a folder of its own for each version', async () => {
    const before = await installEngine(bundle, home);
    await engineIs('process.exit(1);');
    assert.notEqual(await installEngine(bundle, home), before);
    assert.equal(await readFile(before, 'utf8'), 'process.exit(0);');
  });

  it('says that the home cannot be written', async () => {
    await writeFile(home, 'a file');
    const failure = await installEngine(bundle, home).catch((error: unknown) => error);
    assert.ok(failure instanceof Failure);
    assert.equal(failure.code, 'Storage');
  });

  it('is started in the home, detached from the window, without the window’s variables', async () => {
    await engineIs(`require('fs').writeFileSync('seen.json', JSON.stringify({
      cwd: process.cwd(), argv: process.argv.slice(2), env: { ...process.env }, dir: __dirname }));`);
    const candidate = await start({ PATH: '/bin', VSCODE_PID: '1', ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: '--x' });
    await ended(candidate);
    assert.deepEqual(candidate.exit, { code: 0, wasKilled: false, words: 'exit code 0' });
    const seen = JSON.parse(await readFile(path.join(home, 'seen.json'), 'utf8')) as Record<string, unknown>;
    assert.deepEqual(
      { ...seen, dir: path.dirname(String(seen['dir'])) },
      { cwd: home, argv: ['--home', home, '--idle-ms', '5'], env: { PATH: '/bin' }, dir: path.join(home, 'engine') },
    );
  });

  it('is asked to be Node where the editor is Electron', () => {
    assert.deepEqual(engineEnvironment({ ELECTRON_X: '1', A: 'b' }, '39.0.0'), { A: 'b', ELECTRON_RUN_AS_NODE: '1' });
  });

  it('leaves its last words, and only its own, when it cannot start', async () => {
    await engineIs(`console.error('first'); process.exit(1);`);
    await ended(await start());
    await engineIs(`console.error('second'); process.exit(3);`);
    const candidate = await start();
    await ended(candidate);
    const failure = await candidateFailure(candidate, home);
    assert.equal(
      failure.message,
      `The engine could not start (exit code 3); its messages are in ${home}/logs/engine-start.log:\nsecond`,
    );
    assert.equal(await readFile(path.join(home, 'logs', 'engine-start.log'), 'utf8'), 'first\nsecond\n');
  });
});
