/** The Experiments view over an engine with 10,000 runs in one experiment and 1,000 further experiments. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { silentLog } from '../../src/base/log';
import { systemClock } from '../../src/base/clock';
import { filterCompletions } from '../../src/core/filter/filterCompletions';
import { EngineSource } from '../../src/core/sources/engine/engineSource';
import { Store } from '../../src/engine/store/store';
import { parseFilter } from '../../src/model/runFilterText';
import type { BranchChange } from '../../src/shell/tree/changedRows';
import { type ListLook, plainLook } from '../../src/shell/tree/listLook';
import { GroupNode, RunNode } from '../../src/shell/tree/nodes';
import { SourceBranch } from '../../src/shell/tree/sourceBranch';
import { EngineHarness } from '../support/engineHarness';
import { alternate, printRatios } from './measure';

const inOne = 10_000;
const experiments = 1000;
const inEach = 5;

export async function benchTree(): Promise<void> {
  const harness = new EngineHarness();
  const environment = harness.env;
  try {
    fill(harness);
    await harness.start();
    const source = EngineSource.open({
      home: harness.home,
      bundleFolder: harness.bundle,
      identity: { client: 'bench', version: '0.0.0' },
      environment,
      log: silentLog,
    });
    const filterOf = (text: string): ListLook['filter'] => {
      const parsed = parseFilter(text, Date.now());
      return 'filter' in parsed ? parsed.filter : [];
    };
    /** The groups, and the first page of the one that has most runs. */
    const open = async (look: Partial<ListLook>): Promise<SourceBranch> => {
      const branch = new SourceBranch(source, systemClock, { ...plainLook, ...look });
      branch.start();
      const rows = await branch.rows();
      const groups = rows.filter((row) => row instanceof GroupNode);
      const largest = groups.toSorted((a, b) => b.group.runCount - a.group.runCount)[0];
      if (largest) await branch.runRows(largest);
      return branch;
    };
    const opened = (look: Partial<ListLook>) => async (): Promise<void> => (await open(look)).dispose();
    const place = [{ kind: 'place' as const, places: ['github.com/me/w1'] }];
    await source.experiments();
    printRatios(
      `The view over ${inOne} runs in one experiment and ${experiments} experiments, until its first page is there`,
      await alternate(10, {
        'a list of the newest 100 runs (baseline)': async () => void (await source.runs({ limit: 100 })),
        'by experiment, newest first': opened({}),
        'of one of several workspaces': opened({ filter: place }),
        'by status': opened({ grouping: 'status' }),
        'by tag': opened({ grouping: 'tag' }),
        'by day': opened({ grouping: 'day' }),
        'ungrouped, by name': opened({ grouping: 'none', order: { by: 'name' } }),
        'ungrouped, longest first': opened({ grouping: 'none', order: { by: 'duration' } }),
        'ungrouped, by a parameter': opened({
          grouping: 'none',
          order: { by: 'parameter', path: 'parameter-7', descending: true },
        }),
        'filtered by status and tag': opened({ filter: filterOf('status:failed tag:t1') }),
        'filtered by a parameter': opened({ filter: filterOf('lr>0.5') }),
        'filtered by a text that few runs have': opened({ filter: filterOf('needle') }),
      }),
    );
    await benchChange(source, open);
    const known = {
      ...(await source.filterWords()),
      experiments: (await source.experiments()).map(({ name }) => name),
    };
    printRatios(
      'What can be written next in a filter',
      await alternate(20, {
        'read when the line is opened': async () => void (await source.filterWords()),
        'an empty line': () => void filterCompletions('', known),
        'one of a thousand experiments': () => void filterCompletions('status:failed experiment:99', known),
      }),
    );
    source.dispose();
  } finally {
    await harness.stop();
  }
}

/** From a change that a person makes to the rows that are drawn anew; they wait 200 ms for company. */
async function benchChange(
  source: EngineSource,
  open: (look: Partial<ListLook>) => Promise<SourceBranch>,
): Promise<void> {
  const branch = await open({});
  const [group] = (await branch.rows())
    .filter((row) => row instanceof GroupNode)
    .filter(({ group: { runCount } }) => runCount === inOne);
  const row = group?.pages.holders[50];
  if (!group || !row) throw new Error('The large experiment is not there.');
  const drawn: string[] = [];
  const change = (note: string) => async (): Promise<void> => {
    const told = new Promise<BranchChange>((resolve) => {
      const listening = branch.onDidChange((rows) => {
        listening.dispose();
        resolve(rows);
      });
    });
    await source.change([row.run.id], { note: `${note} ${Math.random()}` });
    const rows = await told;
    drawn.push(
      rows === 'all'
        ? 'all'
        : rows.map((one) => (one === row && one instanceof RunNode ? 'its row' : 'another')).join(),
    );
  };
  printRatios('A change of one run', await alternate(10, { 'until its row is drawn anew': change('a') }));
  console.log(`  drawn anew each time: ${[...new Set(drawn)].join('; ')}`);
  branch.dispose();
}

function fill(harness: EngineHarness): void {
  mkdirSync(harness.home, { mode: 0o700 });
  const store = Store.open(path.join(harness.home, 'sidelab.db'));
  const parameters = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`parameter-${i}`, i / 7]));
  const submit = (experiment: string, at: number): (() => unknown)[] => {
    const submission = harness.submission(['true'], {
      experiment,
      name: at % 1000 === 7 ? `needle ${at}` : `run ${at}`,
      tags: [`t${at % 20}`],
      parametersJson: JSON.stringify({ ...parameters, lr: (at % 100) / 100 }),
      runFile: { path: '/w/a.run.json', text: 'x'.repeat(2000) },
      place: `github.com/me/w${at % 10}/in`,
      origin: `github.com/me/w${at % 10}`,
    });
    const { runId } = submission;
    return [
      () => store.submit(submission, at * 60_000),
      () => store.beginAttempt(runId, { executor: 'local', host: 'bench', folder: '/' }, at),
      () => store.attemptStarted(runId, { pid: 1, atMs: at, awakeMs: at }),
      () => store.endAttempt(runId, { kind: 'exited', exitCode: at % 10 ? 0 : 1, atMs: at + (at % 997) }, undefined),
    ];
  };
  const works: (() => unknown)[] = [];
  const others = experiments * inEach;
  for (let at = 0; at < others; at += 1) works.push(...submit(`experiment ${at % experiments}`, at));
  // Last, so that it is the first one in the view.
  for (let at = 0; at < inOne; at += 1) works.push(...submit('large', others + at));
  for (let at = 0; at < works.length; at += 2000) {
    for (const result of store.together(works.slice(at, at + 2000)))
      if (result.status === 'rejected') throw result.reason;
  }
  store.close();
}
