import assert from 'node:assert/strict';
import { Store } from '../../../src/engine/store/store';
import { newRunId, type RunId } from '../../../src/model/ids';
import type { Run } from '../../../src/model/run';
import { type FilterTerm, matchesFilter, type RunFilter } from '../../../src/model/runFilter';
import { parseFilter } from '../../../src/model/runFilterText';
import { dayOf, groupKeysOf, type RunGrouping, runGroupings } from '../../../src/model/runGroups';
import { isBefore, orderKeyOf, type RunOrder, type RunPlaceInOrder } from '../../../src/model/runOrder';
import type { Submission } from '../../../src/protocol/engine';
import { SeededRandom } from '../../support/seededRandom';
import { type TemporaryFolder, temporaryFolder } from '../../support/temporaryFolder';

const hourMs = 3_600_000;

describe('lists of runs', () => {
  let folder: TemporaryFolder;
  let store: Store;
  beforeEach(() => {
    folder = temporaryFolder();
    store = Store.open(folder.join('db'));
  });
  afterEach(() => {
    store.close();
    folder.remove();
  });

  const submit = (name: string, more: Partial<Submission> = {}, atMs = 1000): RunId =>
    store.submit(
      {
        runId: newRunId(),
        experiment: 'e',
        name,
        tags: [],
        metadataJson: '{}',
        parametersJson: '{}',
        command: ['true'],
        cwd: '/',
        environment: [],
        retries: 0,
        ...more,
      },
      atMs,
    ).run.id;
  const finish = (id: RunId, startedMs: number, endedMs: number, exitCode = 0): void => {
    store.beginAttempt(id, { executor: 'local', host: 'here', folder: '/f' }, startedMs);
    store.attemptStarted(id, { pid: 7, atMs: startedMs, awakeMs: startedMs });
    store.endAttempt(id, { kind: 'exited', exitCode, atMs: endedMs }, undefined);
  };
  const filterOf = (text: string): RunFilter => {
    const parsed = parseFilter(text, Date.now());
    assert.ok('filter' in parsed, text);
    return parsed.filter;
  };
  const newest: RunOrder = { by: 'newest' };
  const names = (text: string, order = newest): string[] =>
    store.page({ order, filter: filterOf(text), limit: 1000 }).runs.map(({ name }) => name);

  it('are filtered by all that a person can write', () => {
    submit('plain', { tags: ['base', 'a "b"'], parametersJson: '{"lr":0.1,"model":{"width":256},"optimizer":"Adam"}' });
    const other = submit('other', { experiment: '50% of_it', parametersJson: '{"lr":1,"a.b":true,"seed":"1"}' });
    submit('third', { tags: ['baseline'], place: 'github.com/me/w/exp/one', origin: 'github.com/me/w' });
    finish(other, 10, 20, 1);
    store.change([other], { note: 'Why: the Baseline of May', pinned: true }, 30);
    const found: Readonly<Record<string, readonly string[]>> = {
      'lr>0.5': ['other'],
      'lr<=0.1': ['plain'],
      'lr=1': ['other'],
      'seed=1': ['other'],
      'seed>0': [],
      'lr!=1': ['third', 'plain'],
      'model.width=256': ['plain'],
      'a.b=true': ['other'],
      'a.b!=true': ['third', 'plain'],
      'optimizer=ad*': ['plain'],
      'tag:base': ['plain'],
      'tag:base*': ['third', 'plain'],
      '-tag:base*': ['other'],
      'tag:"a \\"b\\""': ['plain'],
      'experiment:"50% of_it"': ['other'],
      'experiment:"50x of_it"': [],
      'experiment:*_it,e': ['other', 'third', 'plain'],
      'status:failed': ['other'],
      '-status:failed': ['third', 'plain'],
      'is:pinned': ['other'],
      'note:*may': ['other'],
      baseline: ['other', 'third'],
      '-baseline': ['plain'],
      adam: ['plain'],
      'folder:exp/*': ['third'],
      'folder:""': ['other', 'plain'],
      '"x\\"y" lr>0': [],
      'since:1h': [],
    };
    for (const [text, expected] of Object.entries(found)) assert.deepEqual(names(text), expected, text);
    const id = store.runs({ limit: 1 }).runs[0]?.id ?? '';
    assert.deepEqual(names(id.slice(0, 9)), ['third']);
    assert.deepEqual(store.words(), {
      tags: ['baseline', 'a "b"', 'base'],
      folders: ['exp/one'],
      parameters: [
        ['lr', '1'],
        ['a.b', 'true'],
        ['seed', '1'],
        ['model.width', '256'],
        ['optimizer', 'Adam'],
      ],
    });
  });

  it('have favourites first, then their order, and pages that lose and repeat none while runs come, go and change', () => {
    const seeded = new SeededRandom(7);
    const random = (): number => seeded.next();
    const ids = Array.from({ length: 60 }, (_, at) =>
      submit(`r${Math.floor(random() * 20)}`, { parametersJson: at % 3 ? `{"lr":${at % 7}}` : '{"lr":"x"}' }, at),
    );
    for (const [at, id] of ids.entries()) if (at % 2) finish(id, at, at + Math.floor(random() * 9));
    store.change(
      ids.filter((_, at) => at % 10 === 0),
      { pinned: true },
      100,
    );
    const orders: RunOrder[] = [
      ...(['newest', 'oldest', 'name', 'changed', 'duration'] as const).map((by) => ({ by })),
      { by: 'parameter', path: 'lr', descending: true },
      { by: 'parameter', path: 'lr', descending: false },
      { by: 'parameter', path: 'a"b', descending: false },
    ];
    for (const order of orders) {
      const whole = store.page({ order, filter: [], limit: 1000 });
      const place = (run: Run, at: number): RunPlaceInOrder => ({
        pinned: run.pinned === true,
        key: whole.keys[at] ?? 0,
        sequence: run.sequence,
      });
      for (const [at, run] of whole.runs.entries()) {
        const next = whole.runs[at + 1];
        if (next) assert.ok(isBefore(place(run, at), place(next, at + 1), order), JSON.stringify(order));
        const known = orderKeyOf(run, order);
        if (known !== undefined) assert.equal(known, whole.keys[at], order.by);
      }
      const read: string[] = [];
      for (let after: RunPlaceInOrder | undefined; ;) {
        const page = store.page({ order, filter: [], limit: 7, ...(after && { after }) });
        read.push(...page.runs.map(({ id }) => id));
        const last = page.runs.at(-1);
        if (!page.more || !last) break;
        after = { pinned: last.pinned === true, key: page.keys.at(-1) ?? 0, sequence: last.sequence };
        // What is new or gone meanwhile shifts nothing.
        submit('zzz', {}, 1000);
      }
      const before = new Set<string>(whole.runs.map(({ id }) => id));
      assert.deepEqual(
        read.filter((id) => before.has(id)),
        whole.runs.map(({ id }) => id),
        JSON.stringify(order),
      );
      assert.equal(new Set(read).size, read.length);
    }
  });

  it('are grouped, with counts of what a filter leaves, and a group has its runs', () => {
    const day = Date.now() - 48 * hourMs;
    submit('a', { tags: ['x', 'y'], place: 'h/w/in', origin: 'h/w' }, day);
    const b = submit('b', { tags: ['x'], experiment: 'f' }, day);
    submit('c', { place: 'h/w', origin: 'h/w' });
    finish(b, 1, 2, 1);
    const said = (by: RunGrouping, text = ''): string[] =>
      store
        .groups(by, filterOf(text))
        .map(({ label, runCount, activeCount, failedCount, hiddenCount }) =>
          [
            label,
            runCount,
            activeCount,
            failedCount,
            ...(hiddenCount === undefined ? [] : [`hidden ${hiddenCount}`]),
          ].join(' '),
        )
        .sort();
    assert.deepEqual(said('experiment'), ['e 2 2 0', 'f 1 0 1']);
    assert.deepEqual(said('experiment', 'a'), ['e 1 1 0 hidden 1']);
    assert.deepEqual(said('status'), ['failed 1 0 1', 'queued 2 2 0']);
    assert.deepEqual(said('tag'), [' 1 1 0', 'x 2 1 1', 'y 1 1 0']);
    assert.deepEqual(said('day'), ['1970-01-01 1 1 0', `${dayOf(day)} 2 1 1`]);
    assert.deepEqual(said('folder'), [' 1 0 1', ' 1 1 0', 'in 1 1 0']);
    assert.deepEqual(said('workspace'), [' 1 0 1', 'h/w 2 2 0']);
    assert.deepEqual(said('none', 'x'), [' 2 1 1']);
    for (const by of runGroupings) {
      for (const { key, runCount } of store.groups(by, [])) {
        const { runs } = store.page({ order: newest, filter: [], group: { by, key }, limit: 10 });
        assert.equal(runs.length, runCount, `${by} ${key}`);
        assert.ok(
          runs.every((run) => groupKeysOf(run, by).includes(key)),
          `${by} ${key}`,
        );
      }
    }
  });

  it('leave out what is deleted, and tasks; a run that is asked for by its id is there only when the filter leaves it', () => {
    const [a, b] = [submit('a'), submit('b')];
    finish(a, 1, 2);
    store.hide({ runs: [a] }, 3);
    const page = (only: readonly RunId[], filter: RunFilter = []): string[] =>
      store.page({ order: newest, filter, only, limit: 10 }).runs.map(({ name }) => name);
    assert.deepEqual(page([a, b]), ['b']);
    assert.deepEqual(page([b], filterOf('status:failed')), []);
    assert.deepEqual(
      store.groups('none', []).map(({ runCount }) => runCount),
      [1],
    );
    assert.deepEqual(page([]), []);
  });

  it('are empty where no run can be meant, and nothing is wrong with that', () => {
    submit('a');
    const none: readonly RunFilter[] = [
      [{ kind: 'status', statuses: [] }],
      [{ kind: 'place', places: [] }],
      [{ kind: 'tag', patterns: [] }],
      [{ kind: 'parameter', path: 'a "b"', comparison: '=', value: 1 }],
    ];
    for (const filter of none) {
      assert.deepEqual(store.page({ order: newest, filter, limit: 10 }).runs, []);
      for (const by of ['experiment', 'tag', 'day'] as const) assert.deepEqual(store.groups(by, filter), []);
    }
    assert.deepEqual(store.experiments([]), []);
  });

  it('say of a run that is at hand what the store says of it, or that they do not know', () => {
    const seeded = new SeededRandom(3);
    const random = (): number => seeded.next();
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
    const words = ['A', 'b', 'Ab*c', 'ab', 'h/w', 'h/wx', 'h/w/in', 'é', '%'];
    const ids = Array.from({ length: 80 }, () => {
      const [place, origin] = pick([['h/w', 'h/w'], ['h/w/in', 'h/w'], ['h/wx', 'h/wx'], []] as const);
      return submit(
        pick(words),
        {
          tags: [pick(words), pick(words)].slice(0, Math.floor(random() * 3)),
          experiment: pick(words),
          ...(place === undefined ? {} : { place, origin }),
        },
        Math.floor(random() * 5),
      );
    });
    for (const id of ids) if (random() < 0.5) store.change([id], { pinned: random() < 0.5, note: pick(words) }, 9);
    const runs = store.runs({ limit: 1000 }).runs;
    for (let round = 0; round < 400; round++) {
      const not = random() < 0.3;
      const patterns = [pick([...words, '*', 'a*', '*B', '*b*', '']), pick(words)];
      const term = pick<FilterTerm>([
        { kind: pick(['tag', 'experiment', 'name', 'note', 'folder'] as const), patterns, not },
        { kind: 'status', statuses: [pick(['queued', 'failed'] as const)], not },
        { kind: 'pinned', not },
        { kind: 'created', fromMs: pick([0, 2]), toMs: pick([3, 9]) },
        { kind: 'place', places: [pick(words)] },
        { kind: 'text', text: pick(words), not },
      ]);
      const left: ReadonlySet<string> = new Set(
        store.page({ order: newest, filter: [term], limit: 1000 }).runs.map(({ id }) => id),
      );
      for (const run of runs) {
        const known = matchesFilter(run, [term]);
        if (known !== undefined) assert.equal(known, left.has(run.id), JSON.stringify({ term, run }));
      }
    }
  });
});
