import assert from 'node:assert/strict';
import { parseRunLogLine, type RunLogLine } from '../../../src/model/runLogLine';

/** What a line says, without what it does not mention. */
function said(text: string): Partial<RunLogLine> {
  const line = parseRunLogLine(text);
  return Object.fromEntries(
    Object.entries(line).filter(([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0)),
  );
}

describe('a line of the run log', () => {
  it('may say several things at once', () => {
    const line = `{"step": 3, "time": 1.5, "timestamp": "2026-01-02 03:04:05.678901", "metrics": {"loss": 0.2, "n": 3},
      "event": "saved", "level": "warning", "metadata": {"nodes": 4}, "tags": ["gpu"],
      "progress": {"done": 3, "total": 10}, "artifact": "model.pt", "category": "code"}`;
    assert.deepEqual(said(line), {
      step: 3,
      timeSeconds: 1.5,
      timestampMs: Date.UTC(2026, 0, 2, 3, 4, 5) + 678.901,
      metrics: [
        ['loss', 0.2],
        ['n', 3],
      ],
      event: { message: 'saved', level: 'warning' },
      metadata: { nodes: 4 },
      tags: ['gpu'],
      progress: { done: 3, total: 10 },
      artifact: { path: 'model.pt', category: 'code' },
    });
  });

  it('reads whole numbers beyond 2^53 as the doubles next to them, as values and as steps', () => {
    assert.deepEqual(said('{"step": 9007199254740993, "metrics": {"n": 9007199254740995, "big": 1e400}}'), {
      step: 9007199254740992,
      metrics: [
        ['n', 9007199254740996],
        ['big', Infinity],
      ],
    });
  });

  it('that is no JSON object only warns', () => {
    for (const text of ['', 'Epoch 3', '[1]', 'null', '"text"', '{"step": 3', 'NaN']) {
      const { warnings, ...rest } = said(text);
      assert.deepEqual([warnings?.length, rest], [1, {}], text);
      assert.match(warnings?.[0] ?? '', /^not a JSON object: /);
    }
  });

  it('may hold the bare words that Python writes, and texts that look like them', () => {
    assert.deepEqual(
      said('{"metrics": {"a": NaN, "b": Infinity, "c": -Infinity, "d": "NaN"}, "event": "NaN \\"x\\" Infinity"}'),
      {
        metrics: [
          ['a', NaN],
          ['b', Infinity],
          ['c', -Infinity],
          ['d', NaN],
        ],
        event: { message: 'NaN "x" Infinity', level: 'info' },
      },
    );
  });

  it('keeps a metric called __proto__, and changes no prototype', () => {
    assert.deepEqual(
      said('{"metrics": {"__proto__": 1, "constructor": 2}, "metadata": {"__proto__": {"x": 1}}}')['metrics'],
      [
        ['__proto__', 1],
        ['constructor', 2],
      ],
    );
    assert.equal(({} as Record<string, unknown>)['x'], undefined);
  });

  it('warns of a metric it cannot keep, and keeps the others', () => {
    const long = 'x'.repeat(10_000);
    assert.deepEqual(said(`{"metrics": {"a": "high", "b": null, "c": true, "": 1, "${long}": 1, "loss": 1}}`), {
      metrics: [['loss', 1]],
      warnings: [
        'metric "a" is not a number: "high"',
        'metric "b" is not a number: null',
        'metric "c" is not a number: true',
        'a metric has no name',
        `the name of a metric has 10000 characters, more than 250: ${'x'.repeat(79)}…`,
      ],
    });
  });

  it('warns of each part that is not as agreed, and keeps the rest', () => {
    const line =
      '{"step": "3", "metrics": [1], "event": 5, "metadata": 1, "tags": "gpu", "progress": {"done": 1, "total": 0}, "artifact": "a", "category": "x", "timestamp": "today", "typo": 1}';
    assert.equal(said(line).warnings?.length, 9);
    assert.deepEqual(said('{"event": "x", "level": "loud"}'), {
      event: { message: 'x', level: 'info' },
      warnings: ['unknown level "loud": use debug, info, warning, error'],
    });
  });

  it('reads timestamps in the forms in use', () => {
    const at = (timestamp: string): number | undefined => parseRunLogLine(`{"timestamp": ${timestamp}}`).timestampMs;
    const ms = Date.UTC(2026, 0, 2, 3, 4, 5);
    assert.deepEqual(
      [
        at('"2026-01-02 03:04:05"'),
        at('"2026-01-02T03:04:05Z"'),
        at('"2026-01-02T04:04:05+01:00"'),
        at('"2026-01-02T04:04:05.25+0100"'),
        at(String(ms / 1000)),
        at('null'),
        at('"2026-13-02 03:04:05"'),
      ],
      [ms, ms, ms, ms + 250, ms, undefined, undefined],
    );
  });
});
