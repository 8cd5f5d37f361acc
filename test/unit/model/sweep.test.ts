import assert from 'node:assert/strict';
import { Value } from '@sinclair/typebox/value';
import jsonService from 'vscode-json-languageservice';
import { type Sweep, SweepSchema } from '../../../src/model/sweep';
import { countTrials } from '../../../src/model/sweepTrials';

const schema = JSON.parse(JSON.stringify(SweepSchema)) as Record<string, unknown>;

/** What the JSON service, editor's and submission's, says of a sweep. */
async function complaints(sweep: unknown): Promise<string[]> {
  const service = jsonService.getLanguageService({});
  const document = jsonService.TextDocument.create('file:///a.json', 'json', 1, JSON.stringify(sweep));
  const diagnostics = await service.doValidation(document, service.parseJSONDocument(document), undefined, schema);
  return diagnostics.map(({ range, message }) => {
    const words = typeof message === 'string' ? message : message.value;
    return `${document.getText(range)}: ${words}`;
  });
}

const over = (varied: unknown): unknown => ({ over: { 'parameters.a': varied } });
const variedHelp =
  'Write a list of values, a range such as { "from": 1, "to": 5 }, or a distribution such as { "distribution": "uniform", "from": 0, "to": 1 }.';

describe('the schema of a sweep', () => {
  it('takes lists, ranges and distributions', async () => {
    const sweep: Sweep = {
      over: {
        'parameters.lr': [0.1, 0.01],
        'parameters.seed': { from: 1, to: 5 },
        'parameters.decay': { from: 0.0001, to: 0.1, count: 4, scale: 'log' },
        'parameters.width': { distribution: 'int', from: 16, to: 256 },
        'env.MODE': { distribution: 'choice', values: ['a', 'b'], weights: [3, 1] },
        'parameters.noise': { distribution: 'lognormal', mean: 0, std: 0.5 },
      },
      method: 'random',
      samples: 20,
      seed: 1,
      atOnce: 4,
      zip: [['parameters.lr', 'parameters.seed']],
      trials: [{ 'parameters.lr': 0.5 }],
      metric: 'loss',
    };
    assert.deepEqual(await complaints(sweep), []);
    assert.equal(Value.Check(SweepSchema, sweep), true);
  });

  it('has ten trials where the documentation says so', () => {
    assert.equal(
      countTrials({ over: { 'parameters.lr': [0.1, 0.01], 'parameters.seed': { from: 1, to: 5 } }, atOnce: 4 }),
      10,
    );
  });

  it('says a mistake at its place, in words that help', async () => {
    const said: [unknown, string][] = [
      [over(0.1), `0.1: ${variedHelp}`],
      [over('a'), `"a": ${variedHelp}`],
      [over({ from: 1, to: 5, stp: 1 }), '"stp": Property stp is not allowed.'],
      [over({ from: 'a', to: 5 }), '"a": Incorrect type. Expected "number".'],
      [over({ from: 1, to: 5, count: 0 }), '0: Value is below the minimum of 1.'],
      [
        over({ distribution: 'gauss' }),
        '"gauss": Value is not accepted. Valid values: "uniform", "loguniform", "normal", "lognormal", "int", "choice".',
      ],
      [{ method: 'bayes' }, '"bayes": Value is not accepted. Valid values: "grid", "random".'],
      [{ sample: 3 }, '"sample": Property sample is not allowed.'],
      [{ atOnce: 0 }, '0: Value is below the minimum of 1.'],
    ];
    for (const [sweep, expected] of said) {
      assert.deepEqual(await complaints(sweep), [expected]);
      assert.equal(Value.Check(SweepSchema, sweep), false, expected);
    }
  });
});
