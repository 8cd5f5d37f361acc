import assert from 'node:assert/strict';
import { splitNode, splitPython } from '../../../../src/core/debug/commandWords';
import { debugConfiguration } from '../../../../src/core/debug/debugConfiguration';
import { isFailure } from '../../../support/isFailure';

/** "runtimeArgs | program | args" of a Node program, with what it is started by in front. */
function node(command: string): string {
  const made = debugConfiguration({ name: 'n', command: command.split(' '), cwd: '/w', env: {} }, {});
  assert.equal(made.type, 'node');
  const { runtimeExecutable, runtimeArgs, program = '', args } = made;
  return [[runtimeExecutable, ...runtimeArgs].join(' '), program, args.join(' ')].join(' | ');
}

/** "pythonArgs | what | args" of a Python program. */
function python(command: string): string {
  const made = debugConfiguration({ name: 'n', command: command.split(' '), cwd: '/w', env: {} }, {});
  assert.equal(made.type, 'debugpy');
  const { python: interpreter, pythonArgs, program, module, code, args } = made;
  const what = Object.entries({ program, module, code }).filter(([, text]) => text !== undefined);
  return [[interpreter, ...pythonArgs].join(' '), what.flat().join(' '), args.join(' ')].join(' | ');
}

const refusal = (command: string): string => {
  try {
    debugConfiguration({ name: 'n', command: command.split(' '), cwd: '/w', env: {} }, {});
  } catch (error) {
    return (error as Error).message;
  }
  return 'none';
};

describe('what a debugger is told to start', () => {
  it('is a Node program with its own options, its script and its arguments apart', () => {
    assert.deepEqual(
      [
        '/bin/node train.mjs',
        '/bin/node train.mjs --lr 0.1 -r x',
        '/bin/node --import ./hook.mjs --max-old-space-size=4096 train.mjs --import y',
        '/bin/node -r tsx/cjs -C dev src/train.ts',
        '/bin/node --enable-source-maps -- --odd.js a',
        '/bin/node --env-file .env --test-reporter spec --test a.test.mjs b.test.mjs',
        '/opt/node/bin/node.exe train.mjs',
      ].map(node),
      [
        '/bin/node | /w/train.mjs | ',
        '/bin/node | /w/train.mjs | --lr 0.1 -r x',
        '/bin/node --import ./hook.mjs --max-old-space-size=4096 | /w/train.mjs | --import y',
        '/bin/node -r tsx/cjs -C dev | /w/src/train.ts | ',
        '/bin/node --enable-source-maps | /w/--odd.js | a',
        '/bin/node --env-file .env --test-reporter spec --test | /w/a.test.mjs | b.test.mjs',
        '/opt/node/bin/node.exe | /w/train.mjs | ',
      ],
    );
  });

  it('is Node by its options alone where they say what is executed', () => {
    assert.deepEqual(
      ['/bin/node -e 1+1 a b', '/bin/node -r x --eval=2 a', '/bin/node --run train', '/bin/node --test'].map(node),
      [
        '/bin/node -e 1+1 a b |  | ',
        '/bin/node -r x --eval=2 a |  | ',
        '/bin/node --run train |  | ',
        '/bin/node --test |  | ',
      ],
    );
  });

  it('does not open a second door for a debugger', () => {
    assert.deepEqual(
      ['/bin/node --inspect-brk --inspect=0.0.0.0:9229 --inspect-port 1 a.js', '/bin/node inspect a.js'].map(node),
      ['/bin/node | /w/a.js | ', '/bin/node | /w/a.js | '],
    );
  });

  it('is whatever starts Node itself, as it was written', () => {
    assert.deepEqual(
      ['/bin/npm run train -- --lr 1', '/bin/npx tsx train.ts', 'C:\\node\\npm.cmd test', '/bin/tsx a.ts'].map(node),
      [
        '/bin/npm run train -- --lr 1 |  | ',
        '/bin/npx tsx train.ts |  | ',
        'C:\\node\\npm.cmd test |  | ',
        '/bin/tsx a.ts |  | ',
      ],
    );
  });

  it('is a Python script, a module or code, by the interpreter of the run', () => {
    assert.deepEqual(
      [
        '/v/bin/python train.py --lr 0.1',
        '/usr/bin/python3.12 -u -X dev -W ignore src/train.py -m x',
        '/v/bin/python -m torch.distributed.run --nproc 2 train.py',
        '/v/bin/python -Bum pkg.train -c x',
        '/v/bin/python -mpkg',
        '/v/bin/python -c print(1) a',
        '/v/bin/python -Xdev --check-hash-based-pycs always /abs/train.py',
        '/opt/pypy3 .',
      ].map(python),
      [
        '/v/bin/python | program /w/train.py | --lr 0.1',
        '/usr/bin/python3.12 -u -X dev -W ignore | program /w/src/train.py | -m x',
        '/v/bin/python | module torch.distributed.run | --nproc 2 train.py',
        '/v/bin/python -Bu | module pkg.train | -c x',
        '/v/bin/python | module pkg | ',
        '/v/bin/python | code print(1) | a',
        '/v/bin/python -Xdev --check-hash-based-pycs always | program /abs/train.py | ',
        '/opt/pypy3 | program /w | ',
      ],
    );
  });

  it('has the whole environment of the run, and none of what only the editor has', () => {
    const env = { PATH: '/bin', LR: '1' };
    const { env: made } = debugConfiguration(
      { name: 'n', command: ['/bin/node', 'a.js'], cwd: '/w', env },
      { PATH: '/editor', ELECTRON_RUN_AS_NODE: '1', VSCODE_PID: '7' },
    );
    assert.deepEqual(made, { ELECTRON_RUN_AS_NODE: null, VSCODE_PID: null, PATH: '/bin', LR: '1' });
  });

  it('never is a terminal for Node, whose line would show the environment', () => {
    const run = { name: 'n', command: ['/bin/node', 'a.js'], cwd: '/w', env: {} };
    assert.equal(debugConfiguration(run, {}).console, 'internalConsole');
  });

  it('is no shell script and no other program: what can be debugged is said', () => {
    assert.deepEqual(
      ['/bin/sh -e -c true', './train.sh', '/usr/bin/Rscript a.R', '/bin/nodemon a.js', '/v/bin/python-config'].map(
        refusal,
      ),
      ['sh', 'train.sh', 'Rscript', 'nodemon', 'python-config'].map((name) => `No debugger can start "${name}".`),
    );
    const shell = { name: 'n', command: ['sh'], cwd: '/', env: {} };
    assert.throws(() => debugConfiguration(shell, {}), isFailure('InvalidInput'));
  });

  it('is nothing where an interpreter would read what somebody types', () => {
    assert.deepEqual(
      [
        '/bin/node',
        '/bin/node -',
        '/bin/node --inspect',
        '/v/bin/python -i',
        '/v/bin/python -',
        '/v/bin/python -m',
      ].map(refusal),
      [
        'This starts "node" without a program to debug.',
        'This starts "node" without a program to debug.',
        'This starts "node" without a program to debug.',
        'This starts "python" without a program to debug.',
        'This starts "python" without a program to debug.',
        'This starts "python" without a program to debug.',
      ],
    );
  });

  it('takes apart what ends too early without losing a word', () => {
    assert.deepEqual(splitNode(['--import']), { options: ['--import'], target: undefined, args: [] });
    assert.deepEqual(splitPython(['-W']), { options: ['-W'], target: undefined, args: [] });
  });
});
