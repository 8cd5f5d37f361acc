import assert from 'node:assert/strict';
import { homedir } from 'node:os';
import { mkdirSync } from 'node:fs';
import { RunFileFolder, usualPath } from './runFileFolder';

const tell = ['node', '-e', 'console.log(JSON.stringify(process.argv.slice(1)))', '--'];

describe('the references of a run file', () => {
  let place: RunFileFolder;
  beforeEach(() => (place = new RunFileFolder()));
  afterEach(() => place.folder.remove());

  const words = async (args: readonly string[], rest: object = {}): Promise<unknown> =>
    JSON.parse(await place.execute({ command: [...tell, ...args], ...rest }));

  it('reach the program as parameters: texts as they are, all else as JSON', async () => {
    const parameters = { lr: 0.1, model: { width: 256, bias: true }, name: 'two "words"', layers: [1, 2], seed: null };
    assert.deepEqual(
      await words(
        ['--lr=${parameters.lr}', '${parameters.model.width}', '${parameters.name}', '${parameters.layers}'].concat(
          '${parameters.model}',
          '${parameters.seed}',
          '${parameters}',
        ),
        { parameters },
      ),
      ['--lr=0.1', '256', 'two "words"', '[1,2]', '{"width":256,"bias":true}', 'null', JSON.stringify(parameters)],
    );
  });

  it('become the words of a command line with ${parameters:flags}', async () => {
    const parameters = { lr: 0.1, model: { width: 256, bias: false }, name: '${run.id}' };
    assert.deepEqual(await words(['a', '${parameters:flags}', 'b'], { parameters }), [
      ...['a', '--lr', '0.1', '--model.width', '256', '--no-model.bias', '--name', '${run.id}', 'b'],
    ]);
    assert.deepEqual(await words(['${parameters:flags}']), []);
  });

  it('become the words that hydra reads with ${parameters:overrides}', async () => {
    const parameters = { lr: 0.1, model: { width: 256, bias: false }, '+name': '${run.id}', seed: null };
    assert.deepEqual(await words(['a', '${parameters:overrides}', 'b'], { parameters }), [
      ...['a', 'lr=0.1', 'model.width=256', 'model.bias=false', "+name='${run.id}'", 'seed=null', 'b'],
    ]);
    assert.deepEqual(await words(['${parameters:overrides}']), []);
    assert.deepEqual(await place.problems(JSON.stringify({ command: ['a', 'x${parameters:overrides}'], parameters })), [
      'command[1]: ${parameters:overrides} stands among other text. It expands to several words: write it as an argument of the command by itself.',
    ]);
  });

  it('name folders, files and the submitter’s variables', async () => {
    assert.deepEqual(await words(['${runFile}', '${runFileDirname}', '${userHome}', '${env:PATH}']), [
      ...['~/a.run.json', '~', homedir(), usualPath],
    ]);
  });

  it('take the workspace’s folder from the editor, or find it as an editor would be opened', async () => {
    const content = { command: [...tell, '${workspaceFolder}'] };
    assert.equal(await place.execute(content), '["~"]');
    mkdirSync(place.folder.join('.git'));
    assert.equal(await place.execute(content), '["~"]');
    assert.equal(await place.execute(content, { workspace: '/elsewhere' }), '["/elsewhere"]');
  });

  it('of the run itself are filled in when an attempt starts, also beside others', async () => {
    assert.deepEqual(await words(['${run.outputs}/${parameters.n}.txt', '${run.id}'], { parameters: { n: 1 } }), [
      ...['~/outputs/1.txt', 'the-id'],
    ]);
    const { command } = await place.resolve({ command: [...tell, '${run.checkpoints}'] });
    assert.equal(command.at(-1), '${run.checkpoints}');
  });

  it('are filled in the values of env, and nowhere in the submitter’s own variables', async () => {
    const content = {
      command: ['node', '-p', '[process.env.A, process.env.PS1, process.env.B].join()'],
      env: { A: '${env:B}:${run.outputs}:$${x}' },
    };
    const environment = { PATH: usualPath, PS1: '${debian_chroot}${run.id}', B: '${run.id}' };
    assert.equal(
      await place.execute(content, { environment }),
      '${run.id}:~/outputs:${x},${debian_chroot}${run.id},${run.id}',
    );
  });

  it('are filled in cwd, which may be a folder of the run', async () => {
    mkdirSync(place.folder.join('data'));
    const command = ['node', '-p', 'process.cwd()'];
    assert.equal(await place.execute({ command, cwd: '${parameters.at}', parameters: { at: 'data' } }), '~/data');
    assert.equal(await place.execute({ command, cwd: '${run.outputs}' }), '~/outputs');
    mkdirSync(place.folder.join('data/the-id'));
    assert.equal(await place.execute({ command, cwd: 'data/${run.id}' }), '~/data/the-id');
  });

  it('may name the program', async () => {
    place.write('bin/train', '#!/bin/sh\necho trained "$@"\n', 0o755);
    const content = { command: ['${runFileDirname}/bin/${parameters.which}', 'x'], parameters: { which: 'train' } };
    assert.equal(await place.execute(content), 'trained x');
  });

  it('are not filled in parameters, and not after a second dollar', async () => {
    const content = { command: ['sh', '-c', 'V=1; echo "$${V} ${parameters.t}"'], parameters: { t: '<$${env:X}>' } };
    const { parametersJson, command } = await place.resolve(content);
    assert.equal(parametersJson, '{"t":"<$${env:X}>"}');
    assert.equal(command[2], 'V=1; echo "${V} <$${env:X}>"');
  });

  it('are underlined at their key while typing, with what there is instead', async () => {
    const of = async (content: object): Promise<string[]> => place.problems(JSON.stringify(content));
    const parameters = { lr: 1, model: { width: 2 } };
    assert.deepEqual(await of({ command: ['a', 'x${parameters.lt}'], parameters }), [
      'command[1]: There is no parameter lt. parameters has lr, model.width.',
    ]);
    assert.deepEqual(await of({ command: ['a', '${parameters.lr}'] }), [
      'command[1]: There is no parameter lr. The run file has no parameters.',
    ]);
    assert.deepEqual(await of({ command: ['a', '--x=${parameters:flags}'], parameters }), [
      'command[1]: ${parameters:flags} stands among other text. It expands to several words: write it as an argument of the command by itself.',
    ]);
    assert.deepEqual(await of({ command: ['a'], env: { X: '${token:A}' } }), [
      'env.X: There is no reference ${token:A}. There are ${parameters.NAME}, ${parameters:flags}, ${parameters:overrides}, ${inputs.NAME}, ${env:NAME}, ${workspaceFolder}, ${runFile}, ${runFileDirname}, ${userHome}, ${run.id}, ${run.outputs}, ${run.checkpoints}, ${tasks.NAME.outputs}, ${secret:NAME}. For a literal ${token:A} write $${token:A}.',
    ]);
    assert.deepEqual(await of({ command: ['sh', '-c', 'echo ${HOME}'] }), [
      'command[2]: There is no reference ${HOME}. Write ${env:HOME} for the submitter’s variable, or $${HOME} to leave it to the program.',
    ]);
    assert.deepEqual(await of({ command: ['a'], cwd: '${run.outputs' }), [
      'cwd: A reference "${" is not closed by "}". For a literal ${ write $${.',
    ]);
    assert.deepEqual(await of({ command: ['a'], envFile: ['.env', '${run.outputs}/.env'] }), [
      'envFile[1]: ${run.outputs} is known only when an attempt starts, and this is read at submission. Use it in "command", "cwd" or "env".',
    ]);
    assert.deepEqual(await of({ command: ['a'], parameters: { x: '${nonsense' }, description: '${x}' }), []);
  });

  it('to secrets stand in env alone; elsewhere it is said who would see them', async () => {
    const of = async (content: object): Promise<string[]> => place.problems(JSON.stringify(content));
    const secret = '${secret:TOKEN}';
    const refused = (key: string, why: string): string =>
      `${key}: ${secret} is refused here: ${why}. Hand it over in "env".`;
    assert.deepEqual(await of({ command: ['a'], env: { A: `Bearer ${secret}`, B: `$${secret}` } }), []);
    assert.deepEqual(await of({ command: ['a', `--token=${secret}`], cwd: secret, parameters: { deep: [secret] } }), [
      refused('command[1]', 'the arguments of a process are seen by every user of its machine'),
      refused('cwd', 'the folder is shown and kept with the run'),
      refused('parameters.deep[0]', 'parameters are shown and kept with the run'),
    ]);
    assert.deepEqual(await of({ command: ['a'], envFile: secret, python: { venv: secret } }), [
      refused('envFile', 'the path is used where the run is submitted'),
      refused('python.venv', 'the environment is looked up where the run is submitted'),
    ]);
    assert.deepEqual(await of({ script: `echo ${secret}` }), [
      'script: A script is not filled in: the shell has a ${…} of its own. Hand the value over in "env", and write $NAME here.',
    ]);
    assert.deepEqual(await of({ command: ['a'], env: { A: '${secret:my token}' } }), [
      'env.A: ${secret:my token} names no secret. The name of a secret has letters, digits and "_", such as ${secret:TOKEN}.',
    ]);
  });

  it('to secrets that another text brings along are that text', async () => {
    const content = {
      command: [...tell, '${parameters.t}'],
      env: { A: '${env:B}' },
      parameters: { t: '$${secret:T}' },
    };
    const { command, environment } = await place.resolve(content, {
      environment: { PATH: usualPath, B: '${secret:T}' },
    });
    assert.deepEqual([command.at(-1), new Map(environment).get('A')], ['$$$${secret:T}', '$${secret:T}']);
  });

  it('to a parameter that an algorithm may add are left to the submission', async () => {
    assert.deepEqual(await place.problems('{"algorithm": "a", "env": {"X": "${parameters.any}"}}'), []);
  });

  it('to a variable that the submitter lacks fail at their key', async () => {
    assert.equal(
      await place.failureOf({ command: ['node'], env: { X: '${env:NO_SUCH}' } }),
      'InvalidInput 1:28 env.X: There is no environment variable NO_SUCH. It is looked up where the run is submitted.',
    );
    assert.equal(
      await place.failureOf({ command: ['node', '${parameters.t}'], parameters: { t: 'a\0b' } }),
      'InvalidInput 1:20 command[1]: A NUL character cannot be passed to a program.',
    );
  });
});
