import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { parse } from 'jsonc-parser';
import { Failure } from '../../../../src/base/failure';
import { readPythonFile, runFileOfPython } from '../../../../src/core/newRunFile/python/pythonRunFile';
import { readRunFile } from '../../../../src/core/runFiles/readRunFile';
import { resolveRun } from '../../../../src/core/runFiles/resolveRun';
import { RunFileFolder, usualPath } from '../runFiles/runFileFolder';

const argparse = `#!/usr/bin/env python3
import argparse
import json

LR = 1e-3  # overridden below?
SIZES = (64, 32)

def add_data(parser):
    parser.add_argument("data", help="Folder of the data.")

def parse():
    parser = argparse.ArgumentParser(description="add_argument('--not', default=1)")
    add_data(parser)
    # parser.add_argument('--old', default=3)
    parser.add_argument('--lr', type=float, default=LR, help='Step size (default: %(default)s), 5%% is much.')
    parser.add_argument(
        "--layers", "-l",
        type=int,
        nargs="+",
        default=SIZES,
        help=("Widths "
              "from the first on"),
    )
    parser.add_argument('--optimizer', choices=['sgd', "adam"], default='adam')
    parser.add_argument('--amp', action='store_true', help='Mixed precision')
    parser.add_argument('--no-cache', dest='cache', action='store_false')
    parser.add_argument('--bias', action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument('--seed', type=int)
    parser.add_argument('--epochs', type=int, required=True, help="How many")
    parser.add_argument('--name', required=True)
    parser.add_argument('--out', default=json.dumps({}), help=f"nothing")
    parser.add_argument('--shift', type=float, default=-1.5)
    parser.add_argument('--text', default='two words')
    parser.add_argument('--pattern', default='-x')
    parser.add_argument('--flag', type=bool, default=False)
    parser.add_argument('--tag', action='append', default=[])
    parser.add_argument('-n', type=int, required=True, help='Number')
    parser.add_argument('-q', action='count', default=0)
    parser.add_argument('--model.width', type=int, default=256)
    parser.add_argument('--model.depth', type=int, default=2)
    parser.add_argument('--secret', help=argparse.SUPPRESS)
    group = parser.add_argument_group('more')
    group.add_argument('--steps', type=int, default=10_000)
    either = parser.add_mutually_exclusive_group()
    either.add_argument('--a', type=int, default=1)
    either.add_argument('--b', type=int, default=2)
    return parser.parse_args()

if __name__ == '__main__':
    print(json.dumps(vars(parse()), sort_keys=True))
`;

describe('a run file for a Python program', () => {
  let place: RunFileFolder;
  beforeEach(() => (place = new RunFileFolder()));
  afterEach(() => place.folder.remove());

  const make = async (file: string, command?: string): Promise<string> => {
    const { text } = await runFileOfPython(await readPythonFile(file), command);
    assert.deepEqual(await place.problems(text), [], text);
    return text;
  };
  const of = async (source: string, command?: string): Promise<string> =>
    make(place.write('train.py', source), command);
  const contentOf = (text: string): object => parse(text, [], { allowTrailingComma: true }) as object;
  /** The lines between the braces of the parameters. */
  const parametersOf = (text: string): string[] => {
    const lines = text.split('\n');
    const from = lines.indexOf('  "parameters": {');
    return lines.slice(from + 1, lines.indexOf('  },', from)).map((line) => line.trim());
  };
  const failureOf = async (work: () => Promise<unknown>): Promise<string> => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const { code, message, hint = '', place: at } = error.toData();
      const where = at ? ` ${path.basename(at.file)}:${at.line}:${at.column}` : '';
      return `${code}${where}: ${message} ${hint}`.replaceAll(place.folder.path, '~').trim();
    }
    throw new Error('It did not fail.');
  };

  it('has the flags of argparse with their defaults and help, and others to switch on', async () => {
    assert.deepEqual((await of(argparse)).split('\n'), [
      '{',
      '  // <data>: Folder of the data. -n: Number; required',
      '  "command": ["python", "train.py", "<data>", "-n", "0", "${parameters:flags}"],',
      '  "parameters": {',
      '    "lr": 0.001, // Step size (default: 0.001), 5% is much.',
      '    "layers": [64, 32], // Widths from the first on',
      '    "optimizer": "adam", // one of "sgd", "adam"',
      '    // "amp": true, // Mixed precision',
      '    // "no-cache": true,',
      '    "bias": true,',
      '    // "seed": 0,',
      '    "epochs": 0, // How many; required',
      '    "name": "", // required',
      '    // "out": "", // default: json.dumps({})',
      '    "shift": -1.5,',
      '    "text": "two words",',
      '    "pattern": "-x",',
      '    // "flag": "True", // any text is true',
      '    // "tag": [], // several times on a command line, once here',
      '    "model": {',
      '      "width": 256,',
      '      "depth": 2,',
      '    },',
      '    "steps": 10000,',
      '    // "a": 1,',
      '    // "b": 2,',
      '  },',
      '  "python": "selected", // The one selected in VS Code; in a terminal what is active.',
      '}',
      '',
    ]);
  });

  it('gives an argparse program what it would have had without the flags', async function () {
    const python = findPython();
    if (python === undefined) return this.skip();
    const text = await of(argparse);
    const file = await readRunFile(
      text.replace('"python", "train.py"', `${JSON.stringify(python)}, "train.py"`),
      place.file,
    );
    const { python: _, ...rest } = file;
    const content = { ...rest, parameters: { ...file.parameters, epochs: 3, name: 'x' } };
    const { command, cwd } = await resolveRun({
      ...{ file: content, text: JSON.stringify(content), path: place.file, environment: { PATH: usualPath } },
    });
    const run = (args: readonly string[]): string => execFileSync(python, [...args], { cwd, encoding: 'utf8' });
    assert.equal(run(command.slice(1)), run(['train.py', '<data>', '-n', '0', '--epochs', '3', '--name', 'x']));
  });

  it('is for one of several commands', async () => {
    const source = `
import argparse
p = argparse.ArgumentParser()
p.add_argument("--verbose", action="store_true")
subs = p.add_subparsers(dest="command")
train = subs.add_parser("train", help="Trains.")
train.add_argument("--lr", type=float, default=0.1)
test = subs.add_parser("test")
g = test.add_argument_group("g")
g.add_argument("--split", default="val")
subs.add_parser("clean")
`;
    assert.deepEqual(contentOf(await of(source)), {
      command: ['python', 'train.py', 'train', '${parameters:flags}'],
      parameters: { lr: 0.1 },
      python: 'selected',
    });
    assert.deepEqual(contentOf(await of(source, 'test')), {
      command: ['python', 'train.py', 'test', '${parameters:flags}'],
      parameters: { split: 'val' },
      python: 'selected',
    });
    assert.equal(
      await failureOf(async () => of(source, 'tset')),
      'NotFound: train.py has no command "tset". There is train, test.',
    );
  });

  it('has the options of click', async () => {
    const text = await of(`
import click

@click.command()
@click.argument('src', type=click.Path())
@click.argument('dst', required=False)
@click.option('--lr', '-l', type=float, default=0.1, show_default=True, help='Step size')
@click.option('--count', 'n', required=True, type=click.INT)
@click.option('--shout/--no-shout', default=False)
@click.option('--loud/--quiet', default=True)
@click.option('--amp', is_flag=True, help='Mixed precision')
@click.option('--opt', type=click.Choice(['sgd', 'adam']), default='sgd')
@click.option('--tag', multiple=True)
@click.option('--pos', nargs=2, type=float)
def main(src, dst, lr, n, shout, loud, amp, opt, tag, pos):
    pass
`);
    assert.match(text, /"command": \["python", "train.py", "<src>", "\$\{parameters:flags\}"\]/);
    assert.deepEqual(parametersOf(text), [
      '"lr": 0.1, // Step size',
      '"count": 0, // required',
      '"shout": false,',
      '// "loud": true,',
      '// "amp": true, // Mixed precision',
      '"opt": "sgd", // one of "sgd", "adam"',
      '// "tag": "", // several times on a command line, once here',
      '// "pos": [0, 0],',
    ]);
    const group = `
import click
@click.group()
def cli(): pass
@cli.command()
@click.option("--lr", default=0.1)
def fit_model(lr): pass
@cli.command("eval")
def evaluate(): pass
`;
    assert.deepEqual(contentOf(await of(group)), {
      command: ['python', 'train.py', 'fit-model', '${parameters:flags}'],
      parameters: { lr: 0.1 },
      python: 'selected',
    });
    assert.deepEqual(contentOf(await of(group, 'eval')), {
      command: ['python', 'train.py', 'eval'],
      python: 'selected',
    });
  });

  it('has the parameters of typer’s and fire’s functions', async () => {
    const text = await of(`
import typer
from typing import Annotated, Optional, List, Literal
app = typer.Typer()

@app.command()
def main(
    data: str,
    lr: float = 0.1,
    batch_size: Annotated[int, typer.Option(help="How many at once")] = 32,
    name: str = typer.Option(..., "--run-name", help="What to call it"),
    amp: bool = False,
    seed: Optional[int] = None,
    tags: List[str] = [],
    opt: Literal["sgd", "adam"] = "sgd",
    out: str = typer.Option("out"),
):
    pass

if __name__ == "__main__":
    app()
`);
    assert.match(text, /"<data>", "\$\{parameters:flags\}"/);
    assert.deepEqual(parametersOf(text), [
      '"lr": 0.1,',
      '"batch-size": 32, // How many at once',
      '"run-name": "", // What to call it; required',
      '"amp": false,',
      '// "seed": 0,',
      '// "tags": "", // several times on a command line, once here',
      '"opt": "sgd", // one of "sgd", "adam"',
      '"out": "out",',
    ]);
    const fire = 'import fire\ndef train(data, lr=0.1, amp=False, seed=None):\n  pass\nfire.Fire(train)\n';
    assert.deepEqual(parametersOf(await of(fire)), [
      '"data": "", // required',
      '"lr": 0.1,',
      '"amp": "False",',
      '// "seed": "",',
    ]);
  });

  it('has the fields of dataclasses', async () => {
    const classes = `
from dataclasses import dataclass, field
import tyro

@dataclass
class Model:
    width: int = 256  # Of each layer
    act_name: str = "relu"

@dataclass
class Base:
    seed: int = 1

@dataclass
class Config(Base):
    """What to do."""
    data: str
    """Folder of the data."""
    # Step size
    lr: float = 1e-3

    batch_size: int = field(default=32, metadata={"help": "How many " "at once"})
    layers: list[int] = field(default_factory=lambda: [64, 32])
    amp: bool = False
    ckpt: str | None = None
    model: Model = field(default_factory=Model)

    def run(self):
        x: int = 3
`;
    assert.deepEqual(parametersOf(await of(`${classes}\nconfig = tyro.cli(Config)\n`)), [
      '"seed": 1,',
      '"data": "", // Folder of the data; required',
      '"lr": 0.001, // Step size',
      '"batch-size": 32, // How many at once',
      '"layers": [64, 32],',
      '"amp": false,',
      '// "ckpt": "",',
      '"model": {',
      '"width": 256, // Of each layer',
      '"act-name": "relu",',
      '},',
    ]);
    const hf = parametersOf(await of(`${classes}\nparser = HfArgumentParser((Model, Base, Config))\n`));
    assert.ok(hf.includes('"amp": "False",') && hf.includes('"act_name": "relu",'), hf.join('\n'));
  });

  it('has the config of hydra, group by group', async () => {
    place.write(
      'conf/config.yaml',
      [
        '# @package _global_',
        'defaults:',
        '  - _self_',
        '  - db: mysql',
        '  - optional model/net: small',
        '  - override hydra/launcher: joblib',
        '',
        '# Step size',
        'lr: 1e-3',
        'name: ???  # what to call it',
        'trainer:',
        '  epochs: 10 # how often',
        '  layers: [64, 32]',
        '  amp: yes',
        '  seed: null',
        '  day: 2024-01-01',
        '  out: ${name}/out',
        '  empty: {}',
        'hydra:',
        '  run: { dir: x }',
      ].join('\n'),
    );
    place.write('conf/db/mysql.yaml', 'host: localhost # where\nport: 3306\n');
    place.write('conf/db/postgres.yaml', 'host: other\n');
    place.write('conf/model/net/small.yaml', 'width: 8\n');
    const text = await of(
      'import hydra\n@hydra.main(version_base=None, config_path="conf", config_name="config")\ndef main(cfg): pass\n',
    );
    assert.match(text, /"command": \["python", "train.py", "\$\{parameters:overrides\}"\]/);
    assert.deepEqual(parametersOf(text), [
      '"db": "mysql", // one of "mysql", "postgres"',
      '// "db.host": "localhost", // where',
      '// "db.port": 3306,',
      '"model/net": "small", // one of "small"',
      '// "model.net.width": 8,',
      '"lr": 0.001, // Step size',
      '"name": "???", // what to call it; required',
      '"trainer": {',
      '"epochs": 10, // how often',
      '"layers": [64, 32],',
      '"amp": true,',
      '"seed": null,',
      '"day": "2024-01-01",',
      '// "out": "${name}/out",',
      '"empty": {},',
      '},',
    ]);
  });

  it('activates the project’s own environment', async () => {
    place.write('.venv/pyvenv.cfg', '');
    const file = place.write('src/train.py', 'import argparse\np.add_argument("--lr", default=1)\n');
    assert.deepEqual(contentOf(await make(file)), {
      command: ['python', 'train.py', '${parameters:flags}'],
      parameters: { lr: 1 },
      python: { venv: '../.venv' },
    });
  });

  it('says in the file where no flags are found', async () => {
    const text = await of('print("add_argument")\n');
    assert.match(text, /\/\/ No flags were found in train\.py \(argparse, click, /);
    assert.deepEqual(contentOf(text), { command: ['python', 'train.py'], python: 'selected' });
  });

  it('reads what is no Python as far as that goes', async () => {
    for (const source of [
      '',
      '"""',
      'parser.add_argument(',
      'parser.add_argument("--a", default="',
      ')))',
      'é\u0000\\',
    ]) {
      await of(source);
    }
    assert.match(await of('x = )\nparser.add_argument("--lr", default=1)\n'), /"lr": 1,/);
  });

  it('is refused where the file or its config cannot be read', async () => {
    const missing = place.folder.join('nowhere.py');
    assert.equal(await failureOf(async () => make(missing)), 'NotFound: ~/nowhere.py cannot be read.');
    assert.equal(await failureOf(async () => make(place.folder.path)), 'NotFound: ~ cannot be read.');
    const hydra = 'import hydra\n@hydra.main(config_path=".", config_name="config")\ndef main(cfg): pass\n';
    assert.equal(
      await failureOf(async () => of(hydra)),
      'NotFound: There is no config config.yaml in ~. ~/train.py names it in @hydra.main.',
    );
    place.write('config.yaml', 'a: 1\nb: [1\n');
    assert.match(await failureOf(async () => of(hydra)), /^InvalidInput config\.yaml:\d+:\d+: This is no YAML: /);
    place.write('config.yaml', '- 1\n');
    assert.equal(
      await failureOf(async () => of(hydra)),
      'InvalidInput config.yaml:1:1: This config is no YAML mapping.',
    );
  });
});

/** Python itself shows that its flags mean what we read; without one, only what we read is tested. */
function findPython(): string | undefined {
  try {
    return execFileSync(
      'python3',
      ['-c', 'import argparse, sys; argparse.BooleanOptionalAction; print(sys.executable)'],
      {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    ).trim();
  } catch {
    return undefined;
  }
}
