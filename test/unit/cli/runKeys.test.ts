import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { CliHarness, type Ended } from './cliHarness';

describe('sidelab run, as the file wants it', () => {
  let harness: CliHarness;
  beforeEach(() => (harness = new CliHarness()));
  afterEach(async () => harness.dispose());

  const write = (file: object): void => writeFileSync(harness.folder.join('a.run.json'), JSON.stringify(file));
  const run = async (...options: string[]): Promise<Ended> => harness.sidelab('run', 'a.run.json', ...options);
  const linesOf = (text: string): readonly string[] => text.split('\n').filter((line) => line !== '');
  const sorted = (text: string): readonly string[] => linesOf(text).toSorted();

  it('shows the output of those tasks that the file wants to be shown, or that an option names', async () => {
    write({
      tailLogs: false,
      tasks: {
        quiet: { script: 'echo quiet' },
        loud: {
          tailLogs: true,
          group: [{ script: 'echo loud' }, { name: 'hush', tailLogs: false, script: 'echo hush' }],
        },
      },
    });
    assert.deepEqual(sorted((await run()).stdout), ['loud/member-1 | loud']);
    assert.deepEqual(sorted((await run('--tail-logs')).stdout), [
      'loud/hush | hush',
      'loud/member-1 | loud',
      'quiet | quiet',
    ]);
    const none = await run('--no-tail-logs');
    assert.equal(none.stdout, '');
    assert.ok(linesOf(none.stderr).includes('quiet: completed · exit code 0'));
    write({ tailLogs: false, script: 'echo quiet' });
    assert.equal((await run()).stdout, '');
  });

  it('is told in words by a dry run, which starts no engine, and of one that lives says what is free', async () => {
    write({ name: 'asked', script: 'true', compute: { cpus: 0.5 } });
    const alone = await run('--dry-run');
    assert.equal(alone.code, 0, alone.stderr);
    assert.match(alone.stdout, /^# Dry run of a\/asked\n\nNothing was submitted\.\n/);
    assert.doesNotMatch(alone.stdout, /Room now/);
    assert.ok(!existsSync(harness.home));
    await run();
    assert.match((await run('--dry-run')).stdout, /^- Room now: .* are free; 0 runs execute, none waits before it$/m);
  });

  it('is detached by its file, unless it is told to follow', async () => {
    write({ name: 'one', detach: true, script: 'echo out; exit 3' });
    const detached = await run();
    assert.deepEqual([detached.code, /^[a-z2-7]{16}\n$/.test(detached.stdout)], [0, true]);
    assert.equal((await harness.sidelab('wait', 'one')).code, 3);
    const followed = await run('--no-detach');
    assert.deepEqual([followed.code, followed.stdout], [3, 'out\n']);
  });

  it('says as much as the file or an option wants', async () => {
    const log = (event: string, level: string): string =>
      `echo '${JSON.stringify({ event, level })}' >> "$SIDELAB_RUN_LOG"`;
    const events = [log('small', 'info'), log('careful', 'warning'), log('broken', 'error')].join('\n');
    write({ logLevel: 'WARNING', tasks: { a: { script: `${events}\nsleep 0.5` }, b: { script: 'exit 2' } } });
    const said = async (...options: string[]): Promise<string> => (await run(...options)).stderr;
    const warning = await said();
    assert.match(warning, /^a: warning: careful$/m);
    assert.match(warning, /^a: error: broken$/m);
    assert.match(warning, /^b: failed · exit code 2$/m);
    assert.doesNotMatch(warning, /Submitted|a: completed|running|small/);
    assert.doesNotMatch(await said('--log-level', 'error'), /careful|Submitted/);
    const debug = await said('--log-level', 'debug');
    assert.match(debug, /^a: info: small$/m);
    assert.match(debug, /^Submitted/m);
    assert.equal((await run('--log-level', 'loud')).code, 2);
  });

  it('runs the tasks of a file one after another in its own terminal, stdin too, and records them', async () => {
    write({
      name: 'd',
      direct: true,
      retries: 3,
      parameters: { lr: 0.5 },
      tasks: {
        use: {
          dependsOn: ['make'],
          command: [
            'sh',
            '-c',
            'read word; echo "read $word"; cat "$1"; cat "$SIDELAB_PARAMETERS"',
            'sh',
            '${tasks.make.outputs}/data',
          ],
          parameters: { from: '${tasks.make.outputs}' },
        },
        make: {
          script: 'echo made > "$SIDELAB_OUTPUTS/data"; echo \'{"metrics":{"loss":0.25}}\' >> "$SIDELAB_RUN_LOG"',
        },
        bad: { script: 'sleep 0.1; exit 7' },
        never: { dependsOn: ['bad'], script: 'echo never; touch never' },
        rescue: { dependsOn: [{ task: 'bad', on: 'failed' }], tasks: { inner: { script: 'echo rescued' } } },
      },
    });
    const started = harness.start(['run', 'a.run.json'], {}, 'hello\n');
    const { code, stdout, stderr } = await started.ended;
    assert.equal(code, 0, stderr);
    const outputs = /"from":"([^"]+)"/.exec(stdout)?.[1] ?? '';
    assert.equal(stdout, `read hello\nmade\n{"lr":0.5,"from":"${outputs}"}rescued\n`);
    assert.equal(readFileSync(`${outputs}/data`, 'utf8'), 'made\n');
    assert.deepEqual(
      linesOf(stderr).filter((line) => line.endsWith(': running')),
      ['make', 'use', 'bad', 'rescue/inner'].map((name) => `${name}: running`),
    );

    const waited = await harness.sidelab('wait', 'd', '--json');
    assert.equal(waited.code, 0, waited.stdout);
    const [recorded] = JSON.parse((await harness.sidelab('status', 'd', '--json')).stdout) as {
      readonly tasks: readonly {
        readonly path: string;
        readonly status: string;
        readonly attempt?: { readonly number: number; readonly startedAtMs: number; readonly endedAtMs: number };
      }[];
    }[];
    const tasks = recorded?.tasks ?? [];
    assert.deepEqual(
      tasks.map(({ path, status, attempt }) => `${path} ${status} ${attempt?.number ?? 0}`),
      [
        'use completed 1',
        'make completed 1',
        'bad failed 1',
        'never skipped 0',
        'rescue completed 0',
        'rescue/inner completed 1',
      ],
    );
    const bad = tasks.find(({ path }) => path === 'bad')?.attempt;
    assert.ok((bad?.endedAtMs ?? NaN) - (bad?.startedAtMs ?? NaN) >= 50, 'the times are those of the program');
    assert.match((await harness.sidelab('show', 'd/make')).stdout, /loss +0\.25/);
  });

  it('hands the outputs of all parts of a task to another one directly too', async () => {
    const say = (word: string): object => ({ script: `echo ${word} > "$SIDELAB_OUTPUTS/word"` });
    const all = { script: 'cat "$ALL"/*/word', env: { ALL: '${tasks.both.outputs}' } };
    write({ direct: true, tasks: { both: { tasks: { one: say('one'), two: say('two') } }, all } });
    const { stdout, stderr } = await run();
    assert.equal(stdout, 'one\ntwo\n', stderr);
  });

  it('passes the exit code of a program that runs directly on, and never tries it again in the background', async () => {
    write({ name: 'd', retries: 2, script: 'echo "attempt $SIDELAB_ATTEMPT" >> attempts; exit 9' });
    assert.equal((await run('--direct')).code, 9);
    const [ended] = JSON.parse((await harness.sidelab('wait', 'd', '--json')).stdout) as {
      readonly status: string;
      readonly evidence: string;
    }[];
    assert.deepEqual([ended?.status, ended?.evidence], ['failed', 'exit code 9']);
    assert.equal(readFileSync(harness.folder.join('attempts'), 'utf8'), 'attempt 1\n');
    await harness.sidelab('retry', 'd', '--follow');
    assert.equal(readFileSync(harness.folder.join('attempts'), 'utf8'), 'attempt 1\nattempt 2\n');
  });

  it('gives a program that runs directly the secrets of its environment, and says which one nobody has given', async () => {
    write({ direct: true, env: { TOKEN: '${secret:TOKEN}' }, script: 'printf %s "$TOKEN" | wc -c' });
    const given = await harness.start(['run', 'a.run.json'], { SIDELAB_SECRET_TOKEN: 'four' }).ended;
    assert.equal(given.stdout.trim(), '4');
    assert.match(given.stderr, /completed\. Recorded/);
    const lacking = await run();
    assert.notEqual(lacking.code, 0);
    assert.match(lacking.stderr, /Nobody has given the secret TOKEN.*SIDELAB_SECRET_TOKEN/s);
  });

  it('starts nothing directly while a secret is lacking that only a later program needs', async () => {
    const later = { dependsOn: ['first'], env: { TOKEN: '${secret:TOKEN}' }, script: 'true' };
    write({ name: 'd', direct: true, tasks: { first: { script: 'touch started' }, later } });
    const { code, stderr } = await run();
    assert.deepEqual([code, /Nobody has given the secret TOKEN/.test(stderr)], [2, true], stderr);
    assert.ok(!existsSync(harness.folder.join('started')));
    assert.equal((await harness.sidelab('status', 'd')).code, 2);
  });

  it('records what ran directly also when it is asked to end itself, and ends the program with it', async () => {
    for (const [signal, code, words] of [
      ['SIGTERM', 143, 'exit code 143 (SIGTERM)'],
      ['SIGHUP', 129, 'exit code 129 (SIGHUP)'],
    ] as const) {
      write({
        name: signal,
        direct: true,
        tasks: { a: { script: 'true' }, b: { script: 'echo here; exec sleep 1000' }, c: { script: 'touch started' } },
      });
      const started = harness.start(['run', 'a.run.json']);
      await started.printed('here');
      started.child.kill(signal);
      const ended = await started.ended;
      assert.equal(ended.code, code, ended.stderr);
      await harness.sidelab('wait', signal);
      const { stdout } = await harness.sidelab('status', signal);
      assert.match(stdout, /Task 0: a\n- Status: completed/);
      assert.ok(stdout.includes(`Task 1: b\n- Status: failed · ${words}`), stdout);
      assert.match(stdout, /Task 2: c\n- Status: failed · stopped before it started/);
      assert.ok(!existsSync(harness.folder.join('started')));
    }
  }).timeout(60_000);

  it('records what ran directly also when something is thrown in between', async () => {
    // A variable too long for the operating system: no end of a program, and nothing that a user has got wrong.
    const b = { parameters: { x: 'x'.repeat(90_000) }, env: { BIG: '${parameters.x}${parameters.x}' }, script: 'true' };
    write({ name: 'd', direct: true, tasks: { a: { script: 'true' }, b } });
    const { code, stderr } = await run();
    assert.notEqual(code, 0);
    assert.match(stderr, /Recorded .*\/d as [^]*E2BIG/);
    await harness.sidelab('wait', 'd');
    const { stdout } = await harness.sidelab('status', 'd');
    assert.match(stdout, /Task 0: a\n- Status: completed[^]*Task 1: b\n- Status: failed · stopped before it started/);
  });

  it('looks for the inputs of a program that runs directly before it starts, and never again', async () => {
    write({
      name: 'd',
      direct: true,
      tasks: {
        make: { script: 'echo made > "$SIDELAB_OUTPUTS/data"' },
        eat: { inputs: { data: '${tasks.make.outputs}/data' }, command: ['rm', '${inputs.data}'] },
        hungry: { inputs: { none: '${tasks.make.outputs}/none' }, script: 'touch started' },
        rescue: { dependsOn: [{ task: 'hungry', on: 'failed' }], script: 'touch rescued' },
      },
    });
    const { code, stderr } = await run();
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^hungry: not started · The input none is missing: there is no \/.*\/none\.$/m);
    assert.deepEqual(
      [existsSync(harness.folder.join('started')), existsSync(harness.folder.join('rescued'))],
      [false, true],
    );
    await harness.sidelab('wait', 'd');
    const { stdout } = await harness.sidelab('status', 'd');
    assert.match(stdout, /Task 1: eat\n- Status: completed · exit code 0/);
    assert.match(stdout, /Task 2: hungry\n- Status: failed · The input none is missing: there is no \//);
    assert.match(stdout, /Task 3: rescue\n- Status: completed/);
  });

  it('starts nothing after a program that was interrupted, and nothing later', async () => {
    write({
      name: 'd',
      direct: true,
      tasks: {
        a: { script: 'echo here; kill -INT $PPID; exit 130' },
        b: { script: 'touch started' },
        c: { dependsOn: ['a'], script: 'true' },
      },
    });
    const { code, stderr } = await run();
    assert.equal(code, 130, stderr);
    await harness.sidelab('wait', 'd');
    const { stdout } = await harness.sidelab('status', 'd');
    assert.match(stdout, /Task 0: a\n- Status: failed · exit code 130/);
    assert.match(stdout, /Task 1: b\n- Status: failed · stopped before it started/);
    assert.throws(() => readFileSync(harness.folder.join('started')));
  });

  it('refuses what runs in parallel, at its key, whoever asks for direct', async () => {
    write({ tasks: { a: { script: 'true' }, g: { tasks: { deep: { group: [{ script: 'true' }] } } } } });
    const refused = await run('--direct');
    assert.equal(refused.code, 2);
    assert.match(
      refused.stderr,
      /a\.run\.json:1:\d+: tasks\.g\.tasks\.deep\.group: `direct` runs one program after another, and the members/,
    );
    write({ direct: true, parameters: { a: 1 }, script: 'true', sweep: { over: { 'parameters.a': [1, 2] } } });
    assert.match((await run()).stderr, /sweep: `direct` runs one program after another, and the trials/);
    write({ direct: true, packaging: 'git', script: 'true' });
    assert.match((await run()).stderr, /packaging: `direct` runs the programs where they are, and `packaging` in a/);
    write({ direct: true, script: 'true' });
    assert.equal((await run('--detach')).code, 2);
    assert.match((await run('--no-direct')).stderr, /^Submitted/);
  });
});
