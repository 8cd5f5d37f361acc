import assert from 'node:assert/strict';
import path from 'node:path';
import { type Clock, systemClock } from '../../../src/base/clock';
import { Emitter } from '../../../src/base/event';
import { Failure, type FilePlace } from '../../../src/base/failure';
import type { RunId } from '../../../src/model/ids';
import { Plans } from '../../../src/language/planning/plans';
import type { PlanDetails } from '../../../src/protocol/language';
import { GraphOfFile, type PlannedFile, type PlanOutcome } from '../../../src/shell/panels/graphOfFile';
import type { WholeGraph } from '../../../src/shell/panels/shownGraph';
import { unpackGraph } from '../../../webview/graph/unpackGraph';
import { type TemporaryFolder, temporaryFolder, until } from '../../support/temporaryFolder';

/** A run file in an editor without one, looked at in this process. */
class FileInMemory implements PlannedFile {
  readonly path: string;
  readonly key = 'key';
  readonly didChange = new Emitter<void>();
  readonly onDidChange = this.didChange.event;
  /** Instead of a plan. */
  failure: Failure | undefined;
  /** Plans wait for it. */
  gate: Promise<void> = Promise.resolve();
  asked = 0;
  plans = new Plans();
  #text: string;

  constructor(file: string, content: unknown) {
    this.path = file;
    this.#text = textOf(content);
  }

  write(content: unknown): void {
    this.#text = textOf(content);
    this.didChange.fire();
  }

  async plan(signal: AbortSignal): Promise<PlanOutcome> {
    this.asked += 1;
    if (this.failure) throw this.failure;
    const file = {
      uri: `file://${this.path}`,
      path: this.path,
      text: this.#text,
      environment: { PATH: path.dirname(process.execPath) },
    };
    await Promise.race([this.gate, new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))]);
    if (signal.aborted) throw new Failure('Cancelled', 'Given up.');
    const nothing = async () => Promise.resolve(undefined);
    const asker = { isGivenUp: () => false, findSelectedPython: nothing, findCapacity: nothing };
    const answer = await this.plans.plan(this.key, file, asker);
    assert.ok(answer.kind !== 'textNeeded');
    return answer;
  }

  async details(runId: RunId): Promise<PlanDetails | undefined> {
    return Promise.resolve(this.plans.details(this.key, runId));
  }

  async placeOf(runId: RunId): Promise<FilePlace | undefined> {
    return Promise.resolve(this.plans.placeOf(this.key, runId));
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
    graph = new GraphOfFile(file, systemClock);
  });
  afterEach(() => {
    graph.dispose();
    folder.remove();
  });

  const nodesOf = ({ nodes, packed }: WholeGraph) => (packed ? unpackGraph(packed).nodes : nodes);
  const namesOf = (whole: WholeGraph): string[] => nodesOf(whole).map(({ name }) => name);
  const idOf = (whole: WholeGraph, wanted: string): RunId => {
    const node = nodesOf(whole).find(({ name }) => name === wanted);
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
    assert.deepEqual([idOf(after, 'a'), outdated], [idOf(before, 'a'), 1]);
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
      assert.deepEqual([nodesOf(after), after.plan], [nodesOf(before), before.plan]);
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
    const top = idOf(await graph.read(), 'dag.run.json');
    assert.equal(await graph.placeOf(top), undefined);
    assert.deepEqual(await graph.details(top), { facts: [], parametersJson: '{}', metrics: [], moreMetrics: 0 });
  });

  it('has the facts of a node, tells when they may be others, and where it stands', async () => {
    const whole = await graph.read();
    const runId = idOf(whole, 'b');
    const { facts, detail, metrics } = await graph.details(runId);
    assert.deepEqual([facts.at(-1), detail, metrics], [['Waits for', 'a'], undefined, []]);
    assert.equal((await graph.placeOf(runId))?.line, textOf({ tasks: { a: { command } } }).split('\n').length - 1);
    let told = 0;
    const following = graph.followDetails(runId, () => (told += 1));
    await graph.read();
    assert.equal(told, 1);
    following.dispose();
  });

  it('gives up what is being read when the file changes, and answers with what it is by then', async () => {
    await graph.read();
    let open = (): void => undefined;
    file.gate = new Promise((resolve) => (open = resolve));
    let outdated = 0;
    const following = graph.follow({ changed: () => assert.fail(), outdated: () => (outdated += 1) });
    const reading = graph.read();
    await until(() => file.asked === 2, 'the question');
    file.write({ tasks: { c: { command } } });
    file.write({ tasks: { d: { command } } });
    await until(() => file.asked === 3, 'the next question');
    open();
    assert.deepEqual(namesOf(await reading), ['dag.run.json', 'd']);
    // Who reads has it: that is no reason to read once more.
    assert.deepEqual([outdated, file.asked], [0, 3]);
    following.dispose();
  });

  it('shows an older graph to who types without a pause, rather than none', async () => {
    let nowMs = 0;
    const clock: Clock = { ...systemClock, nowMs: () => nowMs };
    graph = new GraphOfFile(file, clock);
    let open = (): void => undefined;
    file.gate = new Promise((resolve) => (open = resolve));
    let outdated = 0;
    graph.follow({ changed: () => assert.fail(), outdated: () => (outdated += 1) });
    file.write({ tasks: { c: { command } } });
    const reading = graph.read();
    await until(() => file.asked === 1, 'the question');
    nowMs += 10_000;
    file.write({ tasks: { d: { command } } });
    open();
    assert.deepEqual(namesOf(await reading), ['dag.run.json', 'c']);
    assert.deepEqual([outdated, namesOf(await graph.read())], [2, ['dag.run.json', 'd']]);
  });

  it('says why it could not be looked at, shows the last graph, and goes on when it can be', async () => {
    file.failure = new Failure('Unavailable', 'The process has ended.', { hint: 'Try it again.' });
    await assert.rejects(graph.read(), /has ended/);
    file.failure = undefined;
    const before = await graph.read();
    file.failure = new Failure('Unavailable', 'The process has ended.', { hint: 'Try it again.' });
    const meanwhile = await graph.read();
    assert.deepEqual(
      [nodesOf(meanwhile), meanwhile.outdated, meanwhile.problem],
      [nodesOf(before), 'The process has ended. Try it again.', undefined],
    );
    file.failure = undefined;
    assert.equal((await graph.read()).outdated, undefined);
  });

  it('has the facts of a node again when who knew them was started anew, or says that they are not known', async () => {
    const runId = idOf(await graph.read(), 'b');
    const before = await graph.details(runId);
    file.plans = new Plans();
    assert.deepEqual(await graph.details(runId), before);
    file.plans = new Plans();
    file.write('{');
    await assert.rejects(graph.details(runId), /not known any more/);
  });
});
