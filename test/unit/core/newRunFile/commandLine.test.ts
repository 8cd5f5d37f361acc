import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { parse } from 'jsonc-parser';
import { Failure } from '../../../../src/base/failure';
import { runFileOfCommandLine } from '../../../../src/core/newRunFile/commandLine';
import { RunFileFolder, usualPath } from '../runFiles/runFileFolder';

const contentOf = (typed: string): unknown => parse(runFileOfCommandLine(typed).text, [], { allowTrailingComma: true });

describe('a run file from a command line', () => {
  let place: RunFileFolder;
  beforeEach(() => {
    place = new RunFileFolder();
    place.write(
      'train.mjs',
      'const { A, B } = process.env;\nconsole.log(JSON.stringify([process.argv.slice(2), process.cwd(), A, B]));\n',
    );
    mkdirSync(place.folder.join('sub dir/deep'), { recursive: true });
    place.write('sub dir/train.mjs', 'console.log("sub", process.cwd(), ...process.argv.slice(2));\n');
  });
  afterEach(() => place.folder.remove());

  const environment = { PATH: usualPath, HOME: process.env['HOME'] ?? '/', DATA: '/data', X: 'x${y}' };

  it('executes what a shell would have executed', async () => {
    const lines = [
      'node train.mjs',
      'node train.mjs --lr 0.1',
      'node train.mjs --lr 0.1 --model.width 256 --no-bias --amp',
      'node train.mjs --lr 0.1 --model.width=256 --amp key=value',
      'node train.mjs --model.width 1 --lr 2 --model.depth 3',
      'node train.mjs --a 1 --a.b 2',
      'node train.mjs --lr 1e-3 --eps 1.0 --big 1e400 --zero 007 --minus -5 --inf -inf',
      'node train.mjs --layers 64 32 --lr 0.1',
      'node train.mjs --lr 0.1 64 data.csv --seed 3',
      'node train.mjs --lr 0.1 data.csv',
      'node train.mjs in.csv out.csv --seed 3',
      'node train.mjs --tag a --tag b --seed 3',
      'node train.mjs --tag a --tag b',
      'node train.mjs --amp true --fast false --none null',
      'node train.mjs --amp=true --list=[1,2] --list2=[1, 2] --text=[a,b]',
      'node train.mjs --shift=-1 --pattern=-x --empty= --eq=a=b',
      "node train.mjs --name 'two words' --quote \"it's \\\"so\\\"\" --empty '' --back 'a\\b'",
      'node train.mjs lr=0.1 model.width=256 +x.y=true seed=null',
      'node train.mjs layers=[64,32] names=[a,b] none=[] db=mysql opt@o=adam when=no',
      "node train.mjs version=1.0 text='a b' quoted=\"'0.1'\"",
      'node train.mjs lr=0.1 -m lr=0.2',
      'node train.mjs a=1 --b 2 c=3',
      'node train.mjs a=1 a.b=2',
      'node train.mjs __proto__=1 --__proto__ 2 constructor=3 --toString.x 4',
      'node train.mjs -v -n 5 -- --lr 0.1',
      'node train.mjs -o a=1',
      'node -e "console.log(process.argv.slice(1))" a=1',
      'node --no-warnings train.mjs --lr 0.1',
      "node train.mjs '${parameters.x}' '$${env:A}' '$HOME' '${X:-y}' y='${run.id}'",
      "node train.mjs --x '$' --y '$$' 'a$' --z=$$$DATA".replace('$$$', '\\$\\$'),
      'node train.mjs --data "$DATA/a b" --home ~/x --also ${DATA}x "$DATA" ~',
      'A=1 B="two words" node train.mjs --lr 0.1',
      "A='${x}' B=$DATA node train.mjs",
      'A= node train.mjs',
      'A=1 B=$A node train.mjs',
      "cd 'sub dir' && node train.mjs --lr 0.1",
      "cd 'sub dir' && cd deep && node ../train.mjs",
      'cd "$HOME" && pwd',
      'export A=1 B=2 && node train.mjs',
      'export A=1 && B=$A node train.mjs',
      'node train.mjs | tr a-z A-Z',
      'node train.mjs a; node train.mjs b',
      'node train.mjs a\nnode train.mjs b',
      'node train.mjs a && node train.mjs b',
      'node train.mjs a > out.txt && cat out.txt',
      'node train.mjs $(echo a b)',
      'node train.mjs *.mjs',
      'node train.mjs "${DATA:-other}" "${#DATA}"',
      'if true; then node train.mjs yes; fi',
      'node train.mjs \\\n  --lr 0.1 \\\n  --amp',
      'node train.mjs --lr 0.1 # and so on',
      '# first\nnode train.mjs --lr 0.1\n\n# last\n',
      'node train.mjs a#b "#c" \\#d',
      "node train.mjs 'don'\\''t'",
    ];
    for (const line of lines) {
      const shell = execFileSync('sh', ['-c', line], { cwd: place.folder.path, env: environment, encoding: 'utf8' });
      const { text } = runFileOfCommandLine(line);
      assert.deepEqual(await place.problems(text), [], line);
      const executed = await place.execute(parse(text, [], { allowTrailingComma: true }) as object, { environment });
      assert.equal(executed, shell.trimEnd().replaceAll(place.folder.path, '~'), `${line}\n${text}`);
    }
  });

  it('finds the parameters, typed, where they come back as they were typed', () => {
    assert.deepEqual(contentOf('python train.py data.csv --lr 0.1 --model.width 256 --amp --no-bias --eps 1e-3'), {
      command: ['python', 'train.py', 'data.csv', '${parameters:flags}'],
      parameters: { lr: 0.1, model: { width: 256 }, amp: true, bias: false, eps: '1e-3' },
    });
    assert.deepEqual(contentOf('python train.py lr=0.1 model.layers=[64,32] seed=null db=mysql'), {
      command: ['python', 'train.py', '${parameters:overrides}'],
      parameters: { lr: 0.1, model: { layers: [64, 32] }, seed: null, db: 'mysql' },
    });
    assert.deepEqual(contentOf('python train.py --lr 0.1 --model.width=256 --amp key=value'), {
      command: [
        ...['python', 'train.py', '--lr', '${parameters.lr}', '--model.width=${parameters.model.width}', '--amp'],
        'key=${parameters.key}',
      ],
      parameters: { lr: 0.1, model: { width: 256 }, key: 'value' },
    });
    assert.deepEqual(contentOf('torchrun --nproc_per_node=4 train.py --lr 0.1'), {
      command: ['torchrun', '--nproc_per_node=4', 'train.py', '${parameters:flags}'],
      parameters: { lr: 0.1 },
    });
    assert.deepEqual(contentOf('npm run train -- --lr 0.1'), {
      command: ['npm', 'run', 'train', '--', '${parameters:flags}'],
      parameters: { lr: 0.1 },
    });
    assert.deepEqual(contentOf('python -m pkg.train --lr 0.1'), {
      command: ['python', '-m', 'pkg.train', '${parameters:flags}'],
      parameters: { lr: 0.1 },
    });
  });

  it('says by its keys what was done before the program started', () => {
    assert.deepEqual(contentOf('cd ml && source ../.venv/bin/activate && OMP_NUM_THREADS=4 python train.py'), {
      command: ['python', 'train.py'],
      cwd: 'ml',
      env: { OMP_NUM_THREADS: '4' },
      python: { venv: '.venv' },
    });
    assert.deepEqual(contentOf('conda activate torch && python train.py &'), {
      command: ['python', 'train.py'],
      python: { conda: 'torch' },
    });
    assert.deepEqual(contentOf('$ nohup python train.py \\\n> --lr 1 > log.txt 2>&1 &'), {
      script: 'nohup python train.py \\\n--lr 1 > log.txt 2>&1',
    });
  });

  it('keeps out of the file what looks like a secret', () => {
    assert.deepEqual(contentOf('WANDB_API_KEY=abc TOKENIZERS_PARALLELISM=false python train.py'), {
      command: ['python', 'train.py'],
      env: { WANDB_API_KEY: '${secret:WANDB_API_KEY}', TOKENIZERS_PARALLELISM: 'false' },
    });
  });

  it('is named after what is run', () => {
    const names = [
      'python -u src/train.py --lr 1',
      'python -m pkg.train',
      'make all',
      'cat a | sort',
      './run.sh',
      '"&&"',
    ];
    assert.deepEqual(
      names.map((line) => runFileOfCommandLine(line).name),
      ['train', 'pkg', 'make', 'cat', 'run', 'new'],
    );
  });

  it('is refused with what to do when it is none', () => {
    const refused = (typed: string): string => {
      try {
        return runFileOfCommandLine(typed).text;
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        return `${error.code}: ${error.message}`;
      }
    };
    assert.deepEqual(
      ['', ' \n$ ', "python 'train.py", 'python "train.py', 'A=1', 'cd somewhere', 'a\0b'].map(refused),
      [
        'InvalidInput: The command line is empty.',
        'InvalidInput: The command line is empty.',
        "InvalidInput: The command line has a ' that is not closed.",
        'InvalidInput: The command line has a " that is not closed.',
        'InvalidInput: The command line names no program.',
        'InvalidInput: The command line names no program.',
        'InvalidInput: A command line has no NUL character.',
      ],
    );
  });
});
