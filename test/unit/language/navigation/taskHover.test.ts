import assert from 'node:assert/strict';
import { taskHoverAt } from '../../../../src/language/navigation/taskHover';
import { EditedDocument } from '../../../../src/language/editedDocument';
import { marked } from './markedDocument';

const task = (...dependsOn: unknown[]): object => ({ command: ['x'], ...(dependsOn.length > 0 ? { dependsOn } : {}) });

/** The hover on a task's key, as text. */
function hover(file: object, name: string): string {
  const text = JSON.stringify(file);
  const document = new EditedDocument('file:///w/a.run.json', text);
  return textOf(document, text.indexOf(`${JSON.stringify(name)}:`) + 1);
}

function textOf(document: EditedDocument, offset: number): string {
  const contents = taskHoverAt(document, offset)?.contents;
  if (contents === undefined) return '';
  assert.ok(typeof contents === 'object' && 'kind' in contents && contents.kind === 'markdown');
  return contents.value;
}

describe('hovering over a task in a run file', () => {
  it('shows the graph, the task marked, and says what it waits for', () => {
    const tasks = {
      prepare: task(),
      fetch: task(),
      train: task('prepare', 'fetch'),
      evaluate: task('train'),
      clean: task({ task: 'train', on: 'failed' }),
    };
    assert.equal(
      hover({ tasks }, 'train'),
      [
        '```text',
        'prepare ─┬─▶ [train] ┬────────▶ evaluate',
        'fetch ───┘           └failed──▶ clean',
        '```',
        '',
        'Waits for **prepare** and **fetch**; 2 tasks wait for it.',
      ].join('\n'),
    );
    assert.match(hover({ tasks }, 'clean'), /\nWaits for \*\*train\*\* \(failed\); none waits for it\.$/);
  });

  it('has what follows from references and from the order of a sequence', () => {
    const tasks = {
      a: task(),
      b: { command: ['${tasks.a.outputs}'] },
      c: { tasks: { d: { cwd: '${tasks.b.outputs}' } } },
    };
    assert.match(hover({ tasks }, 'b'), /a ──▶ \[b\] ──▶ c\n/);
    assert.match(hover({ sequential: true, tasks: { a: task(), b: task(), c: task() } }, 'b'), /a ──▶ \[b\] ──▶ c\n/);
  });

  it('shows what is beside a task of a large graph, and counts the others', () => {
    const names = Array.from({ length: 30 }, (_, index) => `task-${index}`);
    const before = names.slice(0, 9);
    const tasks = Object.fromEntries(
      names.map((name, index) => [name, index < 9 ? task() : index === 9 ? task(...before) : task('task-9')]),
    );
    assert.equal(
      hover({ tasks }, 'task-9'),
      [
        '```text',
        'task-0 ───┐             ┌─▶ task-10',
        'task-1 ───┤             ├─▶ task-11',
        'task-2 ───┤             ├─▶ task-12',
        'task-3 ───┼─▶ [task-9] ─┼─▶ task-13',
        'task-4 ───┤             ├─▶ task-14',
        'task-5 ───┤             ├─▶ task-15',
        '+ 3 more ─┘             └─▶ + 14 more',
        '```',
        '',
        String.raw`Waits for **task\-0**, **task\-1**, **task\-2**, **task\-3** and 5 more; 20 tasks wait for it.`,
      ].join('\n'),
    );
  });

  it('counts those of each condition by themselves', () => {
    const names = Array.from({ length: 14 }, (_, index) => `t${index}`);
    const tasks = {
      a: task(),
      ...Object.fromEntries(names.map((name, index) => [name, task(index > 9 ? { task: 'a', on: 'finished' } : 'a')])),
    };
    assert.match(hover({ tasks }, 'a'), /└finished─┐[^]*│ └─▶ \+ 4 more\n +└───▶ \+ 4 more\n/);
  });

  it('says which tasks are on the longest chain', () => {
    const tasks = { a: task(), b: task('a'), c: task('b'), d: task('a') };
    assert.match(hover({ tasks }, 'b'), /On the longest chain, of 3 tasks one after another\.$/);
    assert.doesNotMatch(hover({ tasks }, 'd'), /chain/);
  });

  it('shows both sides of a circle', () => {
    assert.match(hover({ tasks: { a: task('b'), b: task('a') } }, 'a'), /^```text\nb ──▶ \[a\] ──▶ b\n/);
  });

  it('says it in words where nothing waits, and of the members of a group', () => {
    assert.equal(hover({ tasks: { a: task(), b: task() } }, 'a'), 'Waits for no other task; none waits for it.');
    const { document, offset } = marked('{ "group": [{ "name": "§a" }, { "name": "b" }, {}] }');
    assert.equal(textOf(document, offset), '**a** runs in parallel with 2 other members of its group.');
  });

  it('is there over dependencies and texts too, and over nothing else', () => {
    const over = (text: string): string => {
      const { document, offset } = marked(text);
      return textOf(document, offset);
    };
    assert.match(over('{ "tasks": { "a": {}, "b": { "dependsOn": ["§a"] } } }'), /\[a\] ──▶ b/);
    assert.match(over('{ "tasks": { "a": {}, "b": { "cwd": "x${tasks.§a.outputs}" } } }'), /\[a\] ──▶ b/);
    assert.equal(over('{ "tasks": { "a": {}, "b": { "dependsOn": ["§c"] } } }'), '');
    assert.equal(over('{ "tasks§": { "a": {} } }'), '');
    assert.equal(over('{ "parameters": { "§a": 1 } }'), '');
  });

  it('keeps names within the diagram, whatever is in them', () => {
    const tasks = { '```\n# x': task(), b: task('```\n# x'), ['very '.repeat(30)]: task('b') };
    const text = hover({ tasks }, 'b');
    assert.match(text, /^````text\n```␊# x ──▶ \[b\] ──▶ very very very…ry very very\n````\n/);
  });

  it('answers at once in a graph of thousands of tasks', () => {
    const names = Array.from({ length: 5000 }, (_, index) => `task-${index}`);
    const tasks = Object.fromEntries(
      names.map((name, index) => [
        name,
        { ...task(...names.slice(Math.max(0, index - 3), index)), env: { A: '${tasks.task-0.outputs}' } },
      ]),
    );
    assert.match(
      hover({ tasks: { ...tasks, alone: task() } }, 'task-0'),
      /4999 tasks wait for it\. On the longest chain, of 5000 tasks/,
    );
  });
});
