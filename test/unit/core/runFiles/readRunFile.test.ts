import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { Failure } from '../../../../src/base/failure';
import { diagnoseRunFile, readRunFile } from '../../../../src/core/runFiles/readRunFile';
import { describeKeyPath } from '../../../../src/core/runFiles/runFileProblem';

const path = '/work/a.run.json';

/** "error line:column key: message" of each problem. */
async function problems(text: string): Promise<string[]> {
  return (await diagnoseRunFile(text, path)).map(
    (p) => `${p.severity} ${p.line}:${p.column} ${describeKeyPath(p.keyPath)}: ${p.message}`,
  );
}

async function failureOf(text: string): Promise<object> {
  try {
    await readRunFile(text, path);
  } catch (error) {
    if (error instanceof Failure) return error.toData();
    throw error;
  }
  assert.fail('It was accepted.');
}

describe('reading a run file', () => {
  it('gives its content, with comments, trailing commas and a byte order mark in the text', async () => {
    const text =
      '\uFEFF// why\n{\n  "experiment": "ising", /* here */\n  "command": ["node", "a.mjs",],\n  "parameters": {"lr": 0.1, "model": {"width": 256,},},\n  "timeout": "24 h",\n}\n';
    assert.deepEqual(await readRunFile(text, path), {
      experiment: 'ising',
      command: ['node', 'a.mjs'],
      parameters: { lr: 0.1, model: { width: 256 } },
      timeout: '24 h',
    });
    assert.deepEqual(await problems(text), []);
  });

  it('accepts the examples that come with the project', async () => {
    const files = (await readdir('examples', { recursive: true })).filter((file) => file.endsWith('.run.json'));
    assert.ok(files.length > 7, files.join(', '));
    for (const file of files) assert.deepEqual(await problems(await readFile(`examples/${file}`, 'utf8')), [], file);
  });

  it('says file, line, column and key of an error, and how many more there are', async () => {
    const text = '{\n  "command": ["node"],\n  "retries": "three",\n  "tag": []\n}';
    assert.deepEqual(await failureOf(text), {
      code: 'InvalidInput',
      message: 'retries: Incorrect type. Expected "integer".',
      hint: '(and 1 more error in this file)',
      place: { file: path, line: 3, column: 14 },
    });
  });

  it('knows each mistake at its key', async () => {
    assert.deepEqual(
      {
        unknown: await problems('{"command": ["a"],\n "tag": []}'),
        missing: await problems('{}'),
        syntax: await problems('{"command": ["a"]\n "cwd": "."}'),
        blank: await problems('{"command": [" ", "x"]}'),
        emptyCommand: await problems('{"command": []}'),
        duration: await problems('{"command": ["a"], "timeout": "soon"}'),
        noTime: await problems('{"command": ["a"], "timeout": 0}'),
        variable: await problems('{"command": ["a"], "env": {"A=B": "1"}}'),
        variableValue: await problems('{"command": ["a"], "env": {"A": 1}}'),
        nul: await problems('{"command": ["a", "b\\u0000c"]}'),
        nulPath: await problems('{"command": ["a"], "envFile": ["a\\u0000b"], "python": {"venv": "\\u0000"}}'),
        infinite: await problems('{"command": ["a"], "parameters": {"x": [1e400]}}'),
      },
      {
        unknown: ['error 2:2 tag: There is no key tag here.'],
        missing: ['error 1:1 : It does not say what to run.'],
        syntax: ['error 2:2 cwd: Expected comma'],
        blank: ['error 1:14 command[0]: The program has no name.'],
        emptyCommand: ['error 1:13 command: This list is empty.'],
        duration: [
          'error 1:31 timeout: Write a duration such as "90 min", "24 h" or "5 days", or seconds as a number.',
        ],
        noTime: ['error 1:31 timeout: A run cannot end before it begins.'],
        variable: ['error 1:28 env."A=B": A name of a variable cannot contain "=".'],
        variableValue: ['error 1:33 env.A: Incorrect type. Expected "string".'],
        nul: ['error 1:19 command[1]: A NUL character cannot be passed to a program.'],
        nulPath: [
          'error 1:32 envFile[0]: A NUL character cannot be passed to a program.',
          'error 1:64 python.venv: A NUL character cannot be passed to a program.',
        ],
        infinite: ['error 1:41 parameters.x[0]: 1e400 is too large for a number.'],
      },
    );
  });

  it('has one clear error for a file that is no JSON, empty, or no object', async () => {
    assert.deepEqual(
      {
        prose: await problems('\n\nhello world, this is { no } JSON ["'),
        empty: await problems(' \n'),
        comment: await problems('// nothing\n'),
        array: await problems('[1, 2]'),
        binary: await problems('\u0000\u0001\u0002PNG'),
      },
      {
        prose: ['error 3:1 : This is no JSON.'],
        empty: ['error 1:1 : The run file is empty.'],
        comment: ['error 1:1 : The run file is empty.'],
        array: ['error 1:1 : A run file is a JSON object.'],
        binary: ['error 1:1 : This is no JSON.'],
      },
    );
  });

  it('refuses a file that is too large or nests too deeply, without falling over it', async () => {
    const deep = `{"command":["a"],"parameters":{"x":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`;
    assert.deepEqual(await problems(deep), ['error 1:234 : This nests too deeply.']);
    const long = `{"command":["a"],"description":"${'x'.repeat(2_000_000)}"}`;
    assert.equal(((await failureOf(long)) as { code: string }).code, 'TooLarge');
  });

  it('keeps a parameter called __proto__ as what it is: a name', async () => {
    const file = await readRunFile(
      '{"command": ["a"], "parameters": {"__proto__": {"x": 1}, "m": {"__proto__": 2}}}',
      path,
    );
    assert.equal(JSON.stringify(file.parameters), '{"__proto__":{"x":1},"m":{"__proto__":2}}');
    assert.equal(Object.getPrototypeOf(file.parameters), Object.prototype);
    assert.deepEqual(await problems('{"command": ["a"], "__proto__": {}}'), [
      'error 1:20 __proto__: There is no key __proto__ here.',
    ]);
  });

  it('warns of a whole number that would arrive as another, and submits it', async () => {
    const text = '{"command": ["a"], "parameters": {"seed": 12345678901234567890}}';
    assert.deepEqual(await problems(text), [
      'warning 1:43 parameters.seed: 12345678901234567890 would arrive as 12345678901234567000.',
    ]);
    await readRunFile(text, path);
  });
});
