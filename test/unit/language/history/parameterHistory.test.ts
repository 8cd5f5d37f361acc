import assert from 'node:assert/strict';
import type { CodeAction, CompletionItem } from 'vscode-languageserver-types';
import { EditedDocument } from '../../../../src/language/editedDocument';
import type { Place, Surroundings } from '../../../../src/language/feature';
import { parameterHistory } from '../../../../src/language/history/parameterHistory';
import { LanguageWindow } from '../../../../src/language/languageWindow';
import type { PastRun } from '../../../../src/model/parameterHistory';
import { pastRun } from '../../core/history/pastRun';

/** As it is read: without room between columns, and characters for their numbers. */
const read = (text: string | undefined): string =>
  (text ?? '').replaceAll('&emsp;', '').replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)));

/** A run file as text, with `|` where the cursor is. */
class Edited {
  readonly asked: unknown[] = [];
  readonly document: EditedDocument;
  readonly #offset: number;
  readonly #surroundings: Surroundings;

  constructor(text: string, runs: readonly PastRun[] | undefined, name = 'tour.run.json') {
    this.#offset = text.indexOf('|');
    this.document = new EditedDocument(`file:///w/${name}`, text.replace('|', ''));
    const window = new LanguageWindow(async (method, params) => {
      this.asked.push([method, params]);
      return Promise.resolve(runs ? { history: { runs } } : {});
    });
    this.#surroundings = { window, environment: undefined };
  }

  get #place(): Place {
    const position = this.document.lines.positionAt(this.#offset);
    return { document: this.document, position, offset: this.#offset, signal: new AbortController().signal };
  }

  async hover(): Promise<string | undefined> {
    const hover = await parameterHistory.hover?.(this.#place, this.#surroundings);
    if (!hover) return undefined;
    assert.ok(typeof hover.contents === 'object' && 'value' in hover.contents);
    return hover.contents.value;
  }

  async completions(): Promise<readonly CompletionItem[]> {
    return (await parameterHistory.complete?.(this.#place, this.#surroundings)) ?? [];
  }

  /** The labels, and what the text becomes by the first. */
  async completed(): Promise<[string[], string | undefined]> {
    const items = await this.completions();
    const edit = items[0]?.textEdit;
    return [
      items.map(({ label }) => label),
      edit && 'range' in edit ? this.#applied(edit.range, edit.newText) : undefined,
    ];
  }

  async actions(): Promise<readonly CodeAction[]> {
    const { position } = this.#place;
    const range = { start: position, end: position };
    const { signal } = this.#place;
    return (await parameterHistory.actions?.(this.document, range, this.#surroundings, signal)) ?? [];
  }

  async fixed(): Promise<[string, string] | undefined> {
    const [action] = await this.actions();
    const [edit] = action?.edit?.changes?.[this.document.uri] ?? [];
    return action && edit && [action.title, this.#applied(edit.range, edit.newText)];
  }

  #applied(range: { start: Place['position']; end: Place['position'] }, text: string): string {
    const { lines } = this.document;
    const [start, end] = [lines.offsetAt(range.start), lines.offsetAt(range.end)];
    return this.document.text.slice(0, start) + text + this.document.text.slice(end);
  }
}

const metrics = '"metrics": {"val/loss": {"goal": "minimize"}}';
const runs = [
  pastRun('still-fox', { lr: 0.3, name: 'adam' }, { best: 0.05, status: 'running' }),
  pastRun(
    'lr=0.03',
    { lr: 0.03, name: 'adam' },
    { best: 0.12, top: 'calm-otter', createdAtMs: Date.now() - 125 * 60_000 },
  ),
  pastRun('warm-owl', { lr: 0.1, name: 'sgd' }, { best: 0.5 }),
  pastRun('old-owl', { lr: 0.1, name: 'sgd' }, { best: 0.4 }),
];

describe('a parameter’s past, in a hover', () => {
  it('is a table of its values, what each led to, and when it was last used', async () => {
    const edited = new Edited(`{${metrics}, "parameters": {"l|r": 0.1}}`, runs);
    const text = await edited.hover();
    assert.ok(text?.includes('\n| :-- | :-- | :-- | :-- |\n'), 'Only so it is a table.');
    const lines = read(text).split('\n');
    assert.deepEqual(lines.slice(0, 5), [
      '**lr** in past runs: 3 values in 4 runs.',
      'Of val/loss, lower is better.',
      '',
      '| value | runs | best val/loss | newest run |',
      '| :-- | :-- | :-- | :-- |',
    ]);
    assert.match(lines[5] ?? '', /^\| 0\.3 \| 1 \| 0\.05 in still-fox, running \| still-fox, \d+ d ago \|$/);
    assert.equal(lines[6], '| 0.03 | 1 | **0.12 in lr=0.03 of calm-otter** (best) | lr=0.03 of calm-otter, 2 h ago |');
    assert.match(lines[7] ?? '', /^\| \*\*0\.1\*\* \| 2 \| 0\.4 in old-owl \| warm-owl/);
    assert.equal(lines.length, 8);
  });

  it('is at its value, in tasks, and where a sweep varies it', async () => {
    for (const text of [
      '{"parameters": {"lr": 0|.1}}',
      '{"tasks": {"train": {"parameters": {"l|r": 0.1}}}}',
      '{"sweep": {"over": {"param|eters.lr": [0.1]}}}',
      '{"sweep": {"over": {"parameters.lr": {"fro|m": 0.1}}}}',
      '{"sweep": {"trials": [{"parameters.lr|": 0.1}]}}',
    ]) {
      assert.match((await new Edited(text, runs).hover()) ?? '', /^\*\*lr\*\* in past runs/, text);
    }
  });

  it('is nowhere else', async () => {
    for (const text of [
      '{"para|meters": {"lr": 0.1}}',
      '{"parameters": {"lr": 0.1 | }}',
      '{"parameters": {"unknown|": 0.1}}',
      '{"env": {"lr|": "0.1"}}',
      '|',
      'no json|',
    ]) {
      assert.equal(await new Edited(text, runs).hover(), undefined, text);
    }
    assert.equal(await new Edited('{"parameters": {"lr|": 1}}', runs, 'package.json').hover(), undefined);
  });

  it('is not there when nobody who knows it is connected, or when there are no runs', async () => {
    for (const none of [undefined, []]) {
      const edited = new Edited('{"parameters": {"lr|": 1}}', none);
      assert.deepEqual([await edited.hover(), await edited.completions(), await edited.actions()], [undefined, [], []]);
    }
  });

  it('has values and counts alone when no metric has a goal, and says so', async () => {
    const edited = new Edited(
      '{"parameters": {"lr|": 1}}',
      runs.map((run) => ({ ...run, metrics: [] })),
    );
    const lines = read(await edited.hover()).split('\n');
    assert.equal(lines[3], '| value | runs | newest run |');
    assert.match(lines[1] ?? '', /^No metric has a goal/);
    const other = new Edited('{"metrics": {"x": {"goal": "maximize"}}, "parameters": {"lr|": 1}}', runs);
    assert.match(read(await other.hover()), /\nNone of these runs has a value of x\.\n/);
  });

  it('uses what was declared in the runs, by their algorithm, when the file declares nothing', async () => {
    const edited = new Edited('{"algorithm": "anneal", "parameters": {"lr|": 1}}', runs);
    assert.match(read(await edited.hover()), /best val\/loss/);
  });

  it('is short: the newest values, and the best whenever it was', async () => {
    const many = Array.from({ length: 100 }, (_, i) => pastRun(`r${i}`, { lr: i }, { best: 200 - i }));
    const text = (await new Edited(`{${metrics}, "parameters": {"lr|": 1}}`, many).hover()) ?? '';
    const values = Array.from(text.matchAll(/^\| (?:\*\*)?(\d+)/gm), ([, value]) => Number(value));
    assert.deepEqual(values, [0, 1, 2, 3, 4, 5, 6, 99]);
    assert.match(text, /… and 92 older values\./);
  });

  it('shows hostile names and values as text, cut short: no markup, no link, no further row', async () => {
    const evil =
      '[x](command:evil) <img src=x> `a` | b\n| c |\u202e https://evil.example www.evil.example a@evil.example $(zap)';
    const run = pastRun(evil, { lr: evil }, { metrics: [{ metric: evil, goal: 'minimize', best: 1 }] });
    const text = (await new Edited('{"parameters": {"lr|": 1}}', [run]).hover()) ?? '';
    assert.equal(text.split('\n').filter((line) => line.startsWith('|')).length, 3);
    const own = text.replace(/&#\d+;/g, '');
    assert.doesNotMatch(own.replace('**lr**', ''), /[[\]<>`$@]|:\/\/|www\.|\u202e/);
    assert.match(read(text), /\[x\]\(command:evil\) <img src=x> `a` \| b \|/);
    assert.ok(read(text).length < 700, text);
  });

  it('asks once for all that is looked at within a moment', async () => {
    const edited = new Edited('{"experiment": "e", "parameters": {"lr|": 1}}', runs);
    await Promise.all([edited.hover(), edited.completions(), edited.actions()]);
    await edited.hover();
    const family = { experiment: 'e', runFile: '/w/tour.run.json', task: [] };
    assert.deepEqual(edited.asked, [
      ['sidelab/parameterHistory', { uri: 'file:///w/tour.run.json', query: { family, limit: 200 } }],
    ]);
  });

  it('is not asked for by a file that names what cannot be', async () => {
    const edited = new Edited(`{"algorithm": "${'a'.repeat(2000)}", "parameters": {"lr|": 1}}`, runs);
    assert.deepEqual([await edited.hover(), edited.asked], [undefined, []]);
  });
});

describe('a parameter’s past, in completion', () => {
  it('offers its other values, newest first, after those of the schema', async () => {
    const edited = new Edited('{"parameters": {"lr": 0.1|}}', runs);
    assert.deepEqual(await edited.completed(), [['0.3', '0.03'], '{"parameters": {"lr": 0.3}}']);
    const [first] = await edited.completions();
    assert.equal(first?.detail, 'a past run · val/loss 0.05 in still-fox, running');
    assert.ok('zzz' < (first.sortText ?? ''));
    assert.equal(first.labelDetails?.description, 'val/loss 0.05 (running)');
  });

  it('offers them where none is written yet, and instead of a text with its quotes', async () => {
    assert.deepEqual(await new Edited('{"parameters": {"lr": |}}', runs).completed(), [
      ['0.3', '0.03', '0.1'],
      '{"parameters": {"lr": 0.3}}',
    ]);
    assert.deepEqual(await new Edited('{"parameters": {"name": "sg|d"}}', runs).completed(), [
      ['"adam"'],
      '{"parameters": {"name": "adam"}}',
    ]);
    assert.deepEqual(await new Edited('{"parameters": {"name": "|', runs).completed(), [
      ['"adam"', '"sgd"'],
      '{"parameters": {"name": "adam"',
    ]);
  });

  it('offers them for what a sweep varies, one by one, and for a trial', async () => {
    const over = new Edited('{"sweep": {"over": {"parameters.lr": [0.1, |]}}}', runs);
    assert.deepEqual((await over.completed())[1], '{"sweep": {"over": {"parameters.lr": [0.1, 0.3]}}}');
    const trial = new Edited('{"sweep": {"trials": [{"parameters.lr": |}]}}', runs);
    assert.deepEqual((await trial.completed())[1], '{"sweep": {"trials": [{"parameters.lr": 0.3}]}}');
  });

  it('offers none for keys, for elements of a list, for ranges and behind a value', async () => {
    for (const text of [
      '{"parameters": {"|": 1}}',
      '{"parameters": {"lr": [|]}}',
      '{"parameters": {"lr": 1 |}}',
      '{"sweep": {"over": {"parameters.lr": |}}}',
      '{"sweep": {"over": {"parameters.lr": {"from": |}}}}',
    ]) {
      assert.deepEqual(await new Edited(text, runs).completions(), [], text);
    }
  });
});

describe('a parameter’s past, as a quick fix', () => {
  it('takes the best value of completed runs', async () => {
    assert.deepEqual(await new Edited(`{${metrics}, "parameters": {"lr": 0.1|}}`, runs).fixed(), [
      'Use the best value: 0.03 (val/loss 0.12 in lr=0.03 of calm-otter)',
      `{${metrics}, "parameters": {"lr": 0.03}}`,
    ]);
    assert.deepEqual(
      (await new Edited('{"tasks": {"t": {"parameters": {"nam|e": "x"}}}}', runs).fixed())?.[1],
      '{"tasks": {"t": {"parameters": {"name": "adam"}}}}',
    );
  });

  it('replaces a list as a whole', async () => {
    const lists = [pastRun('a', { layers: [64, 32] }, { best: 1 })];
    assert.deepEqual(
      (await new Edited('{"parameters": {"layers": [6|4]}}', lists).fixed())?.[1],
      '{"parameters": {"layers": [64,32]}}',
    );
  });

  it('is not there for the best value, for another that is as good, nor without a goal', async () => {
    const same = [...runs, pastRun('as-good', { lr: 7 }, { best: 0.12 })];
    for (const [text, known] of [
      ['{"parameters": {"lr": 0.03|}}', runs],
      ['{"parameters": {"lr": 7|}}', same],
      ['{"parameters": {"lr": 0.1|}}', runs.map((run) => ({ ...run, metrics: [] }))],
      ['{"parameters": {"lr": 0.1|}}', [pastRun('a', { lr: 1 }, { best: 1, status: 'failed' })]],
      ['{"sweep": {"over": {"parameters.lr": [0.1|]}}}', runs],
      ['{"parameters": {"lr": {"a|": 1}}}', runs],
    ] as const) {
      assert.deepEqual(await new Edited(text, known).actions(), [], text);
    }
  });

  it('is there once for each metric that has a goal', async () => {
    const both = [
      { metric: 'a', goal: 'minimize' as const },
      { metric: 'b', goal: 'maximize' as const },
    ];
    const two = [1, 2].map((lr) => pastRun(`r${lr}`, { lr }, { metrics: both.map((goal) => ({ ...goal, best: lr })) }));
    assert.deepEqual(
      (await new Edited('{"parameters": {"lr|": 3}}', two).actions()).map(({ title }) => title),
      ['Use the best value: 1 (a 1 in r1)', 'Use the best value: 2 (b 2 in r2)'],
    );
  });
});
