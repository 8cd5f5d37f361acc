import assert from 'node:assert/strict';
import path from 'node:path';
import { Emitter } from '../../../src/base/event';
import type { RunId } from '../../../src/model/ids';
import { type EditedFile, GraphOfFile } from '../../../src/shell/panels/graphOfFile';
import type { WholeGraph } from '../../../src/shell/panels/shownGraph';
import { type TemporaryFolder, temporaryFolder } from '../../support/temporaryFolder';

/** A run file in an editor without one. */
class FileInMemory implements EditedFile {
  readonly path: string;
  readonly didChange = new Emitter<void>();
  readonly onDidChange = this.didChange.event;
  #text: string;

  constructor(file: string, content: unknown) {
    this.path = file;
    this.#text = textOf(content);
  }

  write(content: unknown): void {
    this.#text = textOf(content);
    this.didChange.fire();
  }

  async text(): Promise<string> {
    return Promise.resolve(this.#text);
  }

  async context(): ReturnType<EditedFile['context']> {
    return Promise.resolve({ environment: { PATH: path.dirname(process.execPath) } });
  }

  dispose(): void {
    this.didChange.dispose();
  }
}

const textOf = (content: unknown): string =>
  typeof content === 'string' ? content : JSON.stringify(content, undefined, 2);

describe('the preview of a run file', () => {
  const command = ['node'];
  let folder: TemporaryFolder;
  let file: FileInMemory;
  let graph: GraphOfFile;
  beforeEach(() => {
    folder = temporaryFolder();
    file = new FileInMemory(folder.join('dag.run.json'), { tasks: { a: { command }, b: { command, dependsOn: 'a' } } });
    graph = new GraphOfFile(file);
  });
  afterEach(() => {
    graph.dispose();
    folder.remove();
  });

  const namesOf = ({ nodes }: WholeGraph): string[] => nodes.map(({ name }) => name);
  const idOf = ({ nodes }: WholeGraph, wanted: string): RunId => {
    const node = nodes.find(({ name }) => name === wanted);
    if (!node) throw new Error(`There is no ${wanted}.`);
    return node.id;
  };

  it('follows the edits of the file, and nodes stay the same', async () => {
    const before = await graph.read();
    let outdated = 0;
    const following = graph.follow({ changed: () => assert.fail(), outdated: () => (outdated += 1) });
    file.write({ tasks: { c: { command }, a: { command } } });
    const after = await graph.read();
    assert.deepEqual(
      [namesOf(before), namesOf(after)],
      [
        ['dag.run.json', 'a', 'b'],
        ['dag.run.json', 'c', 'a'],
      ],
    );
    assert.deepEqual([idOf(after, 'a'), outdated, graph.has(idOf(before, 'b'))], [idOf(before, 'a'), 1, false]);
    following.dispose();
    file.write({});
    assert.equal(outdated, 1);
  });

  it('keeps the last graph that could be submitted, and says what is wrong and where', async () => {
    const before = await graph.read();
    for (const [broken, problem] of [
      ['{ "tasks": ', /^Line 1: /],
      [{ tasks: { a: { command: ['no-such-program'] } } }, /^Line \d+: .*no-such-program/],
    ] as const) {
      file.write(broken);
      const after = await graph.read();
      assert.deepEqual([after.nodes, after.plan], [before.nodes, before.plan]);
      assert.match(after.problem ?? '', problem);
    }
    file.write({ command });
    assert.deepEqual([namesOf(await graph.read()), (await graph.read()).problem], [['dag.run.json'], undefined]);
  });

  it('has one node that stands for nothing for a file that could never be submitted', async () => {
    file.write('nothing');
    const { nodes, plan, problem, experiment } = await graph.read();
    assert.deepEqual(
      [nodes.length, nodes[0]?.status, plan, experiment],
      [1, 'created', { programs: 0, mostAtOnce: 0, unlimited: 0 }, 'dag'],
    );
    assert.match(problem ?? '', /^Line 1: /);
    assert.equal(graph.placeOf(idOf(await graph.read(), 'dag.run.json')), undefined);
  });

  it('has the facts of a node, tells when they may be others, and where it stands', async () => {
    const whole = await graph.read();
    const runId = idOf(whole, 'b');
    const { facts, detail, metrics } = await graph.details(runId);
    assert.deepEqual([facts.at(-1), detail, metrics], [['Waits for', 'a'], undefined, []]);
    assert.equal(graph.placeOf(runId)?.line, textOf({ tasks: { a: { command } } }).split('\n').length - 1);
    let told = 0;
    const following = graph.followDetails(runId, () => (told += 1));
    await graph.read();
    assert.equal(told, 1);
    following.dispose();
  });
});
