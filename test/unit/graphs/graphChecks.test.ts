import assert from 'node:assert/strict';
import { diagnoseRunFile } from '../../../src/core/runFiles/readRunFile';
import { describeKeyPath } from '../../../src/core/runFiles/runFileProblem';

const ok = { script: 'true' };

async function problems(file: unknown): Promise<string[]> {
  const found = await diagnoseRunFile(JSON.stringify(file), '/a/graph.run.json');
  return found.map(({ keyPath, message }) => `${describeKeyPath(keyPath)}: ${message}`);
}

describe('a graph in a run file', () => {
  it('is refused where tasks wait for each other in a circle, which is spelt out', async () => {
    const tasks = {
      a: { ...ok, dependsOn: ['c'] },
      b: { ...ok, dependsOn: ['a'] },
      c: { ...ok, dependsOn: [{ task: 'b', on: 'finished' }] },
      d: { ...ok, dependsOn: ['c'] },
    };
    assert.deepEqual(await problems({ tasks }), ['tasks.b.dependsOn[0]: They wait for each other: a → c → b → a.']);
    assert.deepEqual(await problems({ tasks: { a: { ...ok, dependsOn: 'a' } } }), [
      'tasks.a.dependsOn: It depends on itself.',
    ]);
  });

  it('is refused where references make a circle, or a task refers to itself or to what it is a part of', async () => {
    const refersTo = (task: string): object => ({ command: ['cat', `\${tasks.${task}.outputs}/x`] });
    assert.deepEqual(await problems({ tasks: { a: refersTo('b'), b: { ...ok, dependsOn: ['a'] } } }), [
      'tasks.a.command[1]: They wait for each other: a → b → a.',
    ]);
    assert.deepEqual(
      await problems({
        tasks: {
          a: { ...ok, env: { X: '${tasks.b.outputs}' } },
          b: { ...ok, parameters: { p: ['${tasks.a.outputs}'] } },
        },
      }),
      ['tasks.b.parameters.p[0]: They wait for each other: a → b → a.'],
    );
    assert.deepEqual(await problems({ tasks: { a: refersTo('a') } }), [
      'tasks.a.command[1]: It refers to itself: a → a.',
    ]);
    assert.deepEqual(await problems({ tasks: { outer: { tasks: { mid: { group: [refersTo('outer')] } } } } }), [
      'tasks.outer.tasks.mid.group[0].command[1]: They wait for each other: member-1 → outer → member-1, which is a part of it.',
    ]);
    assert.deepEqual(await problems({ sequential: true, tasks: { a: ok, b: refersTo('c'), c: ok } }), [
      'tasks.b.command[1]: They wait for each other: b → c → b.',
    ]);
    const inner = { tasks: { deep: { ...ok, inputs: { x: '${tasks.late.outputs}/x' } } } };
    assert.deepEqual(await problems({ tasks: { inner, late: { ...ok, dependsOn: 'inner' } } }), [
      'tasks.inner.tasks.deep.inputs.x: They wait for each other: inner → late → inner.',
    ]);
    // The nearest of that name is meant, a script is not filled in, and an escape is text.
    const near = { tasks: { late: ok, deep: refersTo('late') } };
    const text = { command: ['echo', '$${tasks.late.outputs}'], env: { HOME: 'x' } };
    assert.deepEqual(await problems({ tasks: { near, late: { ...ok, dependsOn: ['near', 'text'] }, text } }), []);
    const after = { sequential: true, tasks: { a: ok, b: refersTo('a') } };
    assert.deepEqual(await problems(after), []);
  });

  it('is refused where a reference asks for what a dependency excludes', async () => {
    const tasks = {
      a: ok,
      rescue: { ...ok, dependsOn: [{ task: 'a', on: 'failed' }] },
      both: { ...ok, dependsOn: ['rescue'], env: { X: '${tasks.a.outputs}' } },
      debris: { ...ok, dependsOn: [{ task: 'a', on: 'failed' }], env: { X: '${tasks.a.outputs}' } },
    };
    assert.deepEqual(await problems({ tasks }), [
      'tasks.both.env.X: It can never start: a would have to have both completed and failed.',
    ]);
  });

  it('is refused where a task depends on one that is not beside it, or twice on the same', async () => {
    const tasks = {
      a: { tasks: { inner: { ...ok, dependsOn: ['b'] } } },
      b: { ...ok, dependsOn: ['a', { task: 'a', on: 'finished' }] },
      c: { ...ok, dependsOn: ['inner'] },
    };
    assert.deepEqual(await problems({ tasks }), [
      'tasks.a.tasks.inner.dependsOn[0]: There is no task b beside this one.',
      'tasks.b.dependsOn[1].task: It depends on a twice.',
      'tasks.c.dependsOn[0]: There is no task inner beside this one.',
    ]);
  });

  it('is refused where a task could never start', async () => {
    const tasks = {
      a: ok,
      rescue: { ...ok, dependsOn: [{ task: 'a', on: 'failed' }] },
      both: { ...ok, dependsOn: ['a', 'rescue'] },
      either: { ...ok, dependsOn: [{ task: 'a', on: 'finished' }, 'rescue'] },
    };
    assert.deepEqual(await problems({ tasks }), [
      'tasks.both.dependsOn[1]: It can never start: a would have to have both completed and failed.',
    ]);
  });

  it('has one order: sequential, dependencies, or all members at once', async () => {
    assert.deepEqual(await problems({ sequential: true, tasks: { a: ok, b: { ...ok, dependsOn: ['a'] } } }), [
      'tasks.b.dependsOn[0]: `dependsOn` and `sequential` exclude each other.',
    ]);
    assert.deepEqual(await problems({ sequential: true, group: [ok] }), [
      'sequential: Only `tasks` can run one after another.',
    ]);
    assert.deepEqual(await problems({ group: [ok, { ...ok, dependsOn: ['member-1'] }] }), [
      'group[1].dependsOn[0]: The members of a group run in parallel.',
    ]);
    assert.deepEqual(await problems({ sequential: true, ...ok }), [
      'sequential: Only `tasks` can run one after another.',
    ]);
  });

  it('says of each task what it runs, once, and under a name of its own', async () => {
    assert.deepEqual(await problems({ tasks: { a: {}, b: { ...ok, group: [ok] } } }), [
      'tasks.a: It does not say what to run.',
      'tasks.b.group: `script` and `group` exclude each other.',
    ]);
    assert.deepEqual(
      await problems({
        group: [
          { ...ok, name: 'x' },
          { ...ok, name: 'x' },
        ],
      }),
      ['group[1]: Another one beside it is called x too.'],
    );
    assert.equal((await problems({ tasks: {} })).length, 1);
  });

  it('calls each task by something that can be seen, and not too long', async () => {
    assert.deepEqual(await problems({ tasks: { '': ok, ' ': ok, ['x'.repeat(201)]: ok, ['x'.repeat(200)]: ok } }), [
      'tasks."": This task has no name.',
      'tasks." ": This task has no name.',
      `tasks.${'x'.repeat(201)}: This name has more than 200 characters.`,
    ]);
  });

  it('says in its own words, and with what to do, what does not fit its form', async () => {
    const found = await diagnoseRunFile(
      JSON.stringify({
        dependsOn: ['a'],
        group: [],
        tasks: {},
        sweep: { ovr: {} },
        comand: [],
        nothingLikeIt: 1,
      }),
      '/a/graph.run.json',
    );
    const told = found.map(({ keyPath, message, hint }) => `${describeKeyPath(keyPath)}: ${message} ${hint ?? ''}`);
    assert.deepEqual(
      told.filter((words) => !words.startsWith('tasks: `')),
      [
        'dependsOn: Only a task waits for others: move "dependsOn" to the task that waits. ',
        'group: This list is empty. Write at least one, or leave the key out.',
        'tasks: This is empty. Write at least one, or leave the key out.',
        'sweep.ovr: There is no key ovr here. Did you mean "over"?',
        'comand: There is no key comand here. Did you mean "command"?',
        'nothingLikeIt: There is no key nothingLikeIt here. Leave it out.',
      ],
    );
  });

  it('refers to tasks that there are, in texts that are filled in', async () => {
    const tasks = {
      a: ok,
      b: {
        command: ['cat', '${tasks.a.outputs}/x', '${tasks.z.outputs}'],
        parameters: { path: '${tasks.y.outputs}', text: '${tasks.y}' },
        tasks: undefined,
      },
      c: { script: 'cat ${tasks.a.outputs}' },
    };
    assert.deepEqual(await problems({ tasks }), [
      'tasks.b.command[2]: There is no task z to refer to.',
      'tasks.b.parameters.path: There is no task y to refer to.',
      'tasks.c.script: A script is not filled in: the shell has a ${…} of its own.',
    ]);
    assert.deepEqual(await problems({ ...ok, parameters: { text: '${tasks.y.outputs}' } }), []);
  });

  it('checks what is deep inside as it checks what is at the top', async () => {
    const tasks = {
      a: { group: [{ tasks: { deep: { command: [' '], timeout: 0, env: { X: '${parameters.z}' } } } }] },
    };
    assert.deepEqual(await problems({ parameters: { y: 1 }, tasks }), [
      'tasks.a.group[0].tasks.deep.command[0]: The program has no name.',
      'tasks.a.group[0].tasks.deep.timeout: A run cannot end before it begins.',
      'tasks.a.group[0].tasks.deep.env.X: There is no parameter z.',
    ]);
  });

  it('of a thousand tasks in a chain is checked like any other', async () => {
    const tasks: Record<string, object> = {};
    for (let n = 0; n < 1000; n += 1) tasks[`t${n}`] = { ...ok, ...(n === 0 ? {} : { dependsOn: [`t${n - 1}`] }) };
    assert.deepEqual(await problems({ tasks }), []);
  });
});
