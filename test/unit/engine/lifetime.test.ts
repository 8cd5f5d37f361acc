import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import path from 'node:path';
import { systemClock } from '../../../src/base/clock';
import { silentLog } from '../../../src/base/log';
import { runsEndIn, wantsScopes } from '../../../src/engine/lifetime/decideLifetime';
import { Lifetime } from '../../../src/engine/lifetime/lifetime';
import { placeOf, readSurroundings, type Surroundings } from '../../../src/engine/lifetime/surroundings';
import { EngineHarness } from '../../support/engineHarness';
import { type TemporaryFolder, temporaryFolder } from '../../support/temporaryFolder';

const plain: Surroundings = {
  place: { kind: 'session' },
  isContainer: false,
  isDevContainer: false,
  isCodespace: false,
  isWsl: false,
};

describe('scopes of their own', () => {
  const decided = (place: Surroundings['place'], login?: Surroundings['login']): string => {
    const surroundings = { ...plain, place, ...(login === undefined ? {} : { login }) };
    return `${wantsScopes(surroundings) ? 'moves' : 'stays'}, ends with ${runsEndIn(surroundings)?.cause ?? 'nothing'}`;
  };
  const login = (lingers: boolean, killsAtLogout: boolean): Surroundings['login'] => ({ lingers, killsAtLogout });

  it('are taken where processes live longer in them, and not where a logout would only then end them', () => {
    assert.deepEqual(
      {
        'a login that leaves its processes': decided({ kind: 'session' }, login(false, false)),
        'a login that kills them': decided({ kind: 'session' }, login(false, true)),
        'a login of a user who lingers': decided({ kind: 'session' }, login(true, true)),
        'a desktop': decided({ kind: 'user manager' }, login(false, false)),
        'a desktop of a user who lingers': decided({ kind: 'user manager' }, login(true, false)),
        'a service of the machine': decided({ kind: 'service', name: 'code-server' }, login(false, false)),
        'a service, and a user who lingers': decided({ kind: 'service', name: 'code-server' }, login(true, false)),
        'a job of Slurm': decided({ kind: 'job' }, login(true, false)),
        'no systemd': decided({ kind: 'elsewhere' }),
      },
      {
        'a login that leaves its processes': 'stays, ends with nothing',
        'a login that kills them': 'moves, ends with logout',
        'a login of a user who lingers': 'moves, ends with nothing',
        'a desktop': 'moves, ends with logout',
        'a desktop of a user who lingers': 'moves, ends with nothing',
        'a service of the machine': 'stays, ends with service',
        'a service, and a user who lingers': 'moves, ends with service',
        'a job of Slurm': 'stays, ends with job',
        'no systemd': 'stays, ends with nothing',
      },
    );
  });

  it('are no remedy for a container, a codespace or WSL: these are named first, with what helps', () => {
    const named = (more: Partial<Surroundings>): string | undefined => {
      const end = runsEndIn({ ...plain, login: { lingers: true, killsAtLogout: false }, ...more });
      return end && `${end.cause}: ${end.hint ?? 'nothing helps'}`;
    };
    assert.match(named({ isContainer: true }) ?? '', /^container: nothing helps/);
    assert.match(named({ isContainer: true, isDevContainer: true }) ?? '', /^window: "shutdownAction"/);
    assert.match(named({ isContainer: true, isCodespace: true }) ?? '', /^window: .*GitHub/);
    assert.match(named({ isWsl: true }) ?? '', /^window: .*vmIdleTimeout=-1/);
  });
});

describe('what the engine lives in', () => {
  it('is read from its control group', () => {
    const lines: Record<string, string> = {
      '0::/user.slice/user-1000.slice/session-4.scope\n': 'session',
      '0::/user.slice/user-1000.slice/user@1000.service/app.slice/app-gnome-code-42.scope\n': 'user manager',
      '0::/system.slice/system-code\\x2dserver.slice/code-server@me.service\n': 'service code-server@me',
      '0::/system.slice/slurmstepd.scope/job_7/step_batch/user/task_0\n': 'job',
      '8:cpuset:/slurm/uid_1000/job_7/step_0\n1:name=systemd:/system.slice/slurmd.service\n': 'job',
      '1:name=systemd:/user.slice/user-1000.slice/session-c2.scope\n0::/\n': 'session',
      '0::/\n': 'elsewhere',
      '': 'elsewhere',
    };
    const found = Object.keys(lines).map((line) => {
      const place = placeOf(line);
      return place.kind === 'service' ? `service ${place.name}` : place.kind;
    });
    assert.deepEqual(found, Object.values(lines));
  });
});

describe('the engine’s lifetime', () => {
  let folder: TemporaryFolder;
  beforeEach(() => (folder = temporaryFolder()));
  afterEach(() => folder.remove());

  const calls = (): string => (existsSync(folder.join('calls')) ? readFileSync(folder.join('calls'), 'utf8') : '');

  /** STAND-INS for programs of systemd: real executables, which answer what the test says and write down what was asked. */
  function standIns(scripts: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
    const bin = folder.join('bin');
    mkdirSync(bin, { recursive: true });
    for (const [name, script] of Object.entries(scripts)) {
      const file = path.join(bin, name);
      writeFileSync(file, `#!/bin/sh\necho "${name} $*" >>'${folder.join('calls')}'\n${script}\n`);
      chmodSync(file, 0o755);
    }
    return { PATH: bin };
  }
  const loginctl = (lingers: boolean, kills: boolean, excluded = ''): string => `case "$*" in
    *Linger*) echo Linger=${lingers ? 'yes' : 'no'} ;;
    *) printf 'KillUserProcesses=%s\\nKillExcludeUsers=%s\\n' ${kills ? 'yes' : 'no'} '${excluded}' ;;
  esac`;

  function machine(cgroup: string, files: readonly string[] = []): string {
    const root = folder.join('root');
    mkdirSync(path.join(root, 'proc/self'), { recursive: true });
    writeFileSync(path.join(root, 'proc/self/cgroup'), cgroup);
    for (const file of files) writeFileSync(path.join(root, file), '');
    return root;
  }
  const session = '0::/user.slice/user-1000.slice/session-4.scope\n';
  const open = (env: NodeJS.ProcessEnv, root: string): Lifetime =>
    new Lifetime({ env, root, clock: systemClock, log: silentLog });

  it('asks the user’s service manager for a scope, and finds nothing that ends runs where the user lingers', async () => {
    const env = standIns({ loginctl: loginctl(true, true), busctl: 'echo "o /org/freedesktop/systemd1/job/7"' });
    const lifetime = open(env, machine(session));
    assert.equal(await lifetime.runsEnd(), undefined);
    assert.equal(lifetime.areUsed, true);
    const asked = `busctl --user --quiet call org.freedesktop.systemd1 /org/freedesktop/systemd1 org.freedesktop.systemd1.Manager StartTransientUnit ssa(sv)a(sa(sv)) sidelab-engine-${process.pid}.scope fail 3 PIDs au 1 ${process.pid} Description s Sidelab engine CollectMode s inactive-or-failed 0`;
    assert.ok(calls().includes(asked), calls());
  });

  it('stays in a login that leaves its processes alone, and asks for nothing', async () => {
    const env = standIns({ loginctl: loginctl(false, true, `root ${userInfo().username}`), busctl: '' });
    const lifetime = open(env, machine(session));
    assert.deepEqual([await lifetime.runsEnd(), lifetime.areUsed], [undefined, false]);
    assert.doesNotMatch(calls(), /busctl/);
  });

  it('says that a logout ends runs where no scope can be had, and goes on', async () => {
    const env = standIns({ loginctl: loginctl(false, true), busctl: 'exit 1' });
    const lifetime = open(env, machine(session));
    assert.deepEqual([(await lifetime.runsEnd())?.cause, lifetime.areUsed], ['logout', false]);
    assert.match(calls(), /busctl/);
  });

  it('knows containers by their mark, without any program of systemd', async () => {
    const root = machine('0::/\n', ['.dockerenv']);
    assert.equal((await open({ PATH: '' }, root).runsEnd())?.cause, 'container');
    assert.equal((await readSurroundings({ PATH: '' }, root)).login, undefined);
  });
});

describe('a real engine, in whatever the tests run in', () => {
  it('executes runs, and says in its greeting what may end them', async () => {
    const harness = new EngineHarness();
    try {
      const client = await harness.start();
      const run = await client.peer.call(
        'runs.submit',
        harness.script('await sleep(1800); log({ metrics: { a: 1 } });'),
      );
      assert.equal((await harness.settled(client, run.id)).status, 'completed');
      const { runsEnd } = await client.peer.call('engine.hello', { client: 'test', version: '0' });
      const expected = runsEndIn(await readSurroundings(harness.env));
      // Where it was given a scope of its own, less can end it than before.
      assert.ok(runsEnd === undefined || runsEnd.message === expected?.message || runsEnd.cause === 'logout');
    } finally {
      await harness.stop();
    }
  });

  it('asks nobody for a scope that an attempt of an engine before is in already', async () => {
    const folder = temporaryFolder();
    const child: ChildProcess = spawn('sleep', ['60']);
    try {
      const root = folder.join('root');
      mkdirSync(path.join(root, 'proc', String(child.pid)), { recursive: true });
      writeFileSync(path.join(root, 'proc', String(child.pid), 'cgroup'), '0::/app.slice/sidelab-abc-1.scope\n');
      const lifetime = new Lifetime({ env: { PATH: '' }, root, clock: systemClock, log: silentLog });
      // It is there already, by an engine before: nobody is asked.
      assert.equal(await lifetime.adopt('sidelab-abc-1.scope', 'a run', [child.pid ?? 0]), true);
      assert.equal(await lifetime.adopt('sidelab-def-1.scope', 'a run', [child.pid ?? 0]), false);
    } finally {
      child.kill('SIGKILL');
      folder.remove();
    }
  });
});
