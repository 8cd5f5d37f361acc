import assert from 'node:assert/strict';
import type { FilterTerm } from '../../../src/model/runFilter';
import { filterWords, parseFilter, quotedValue } from '../../../src/model/runFilterText';

const nowMs = new Date(2026, 10, 22, 15, 30).getTime();

describe('the text of a filter', () => {
  const terms = (text: string): FilterTerm[] => {
    const parsed = parseFilter(text, nowMs);
    if ('problem' in parsed) throw new Error(parsed.problem.message);
    return parsed.filter.map((term) => {
      const { not, ...rest } = term as FilterTerm & { not?: boolean };
      return (not ? { ...rest, not } : rest) as FilterTerm;
    });
  };
  const problem = (text: string): [message: string, part: string] => {
    const parsed = parseFilter(text, nowMs);
    if (!('problem' in parsed)) throw new Error(`${text} is taken`);
    const { message, from, to } = parsed.problem;
    return [message, text.slice(from, to)];
  };

  it('has terms beside one another, alternatives at commas, and a dash for what is not wanted', () => {
    assert.deepEqual(terms(' status:failed,lost  -tag:base*,"my tag" lr>0.1 is:pinned plain "two words" '), [
      { kind: 'status', statuses: ['failed', 'lost'] },
      { kind: 'tag', patterns: ['base*', 'my tag'], not: true },
      { kind: 'parameter', path: 'lr', comparison: '>', value: 0.1 },
      { kind: 'pinned' },
      { kind: 'text', text: 'plain' },
      { kind: 'text', text: 'two words' },
    ]);
    assert.deepEqual(terms(''), []);
  });

  it('knows words for several statuses', () => {
    assert.deepEqual(terms('status:waiting,running'), [{ kind: 'status', statuses: ['queued', 'pending', 'running'] }]);
  });

  it('compares parameters with numbers, texts and true or false', () => {
    assert.deepEqual(terms('model.width>=256 optimizer=adam nesterov!=true -seed<3 name:"a,b"'), [
      { kind: 'parameter', path: 'model.width', comparison: '>=', value: 256 },
      { kind: 'parameter', path: 'optimizer', comparison: '=', value: 'adam' },
      { kind: 'parameter', path: 'nesterov', comparison: '!=', value: true },
      { kind: 'parameter', path: 'seed', comparison: '>=', value: 3 },
      { kind: 'name', patterns: ['a,b'] },
    ]);
  });

  it('reads times as people say them, in their own time zone', () => {
    const day = (date: number): number => new Date(2026, 10, date).getTime();
    assert.deepEqual(terms('since:2h before:today since:yesterday -since:2026-11-03'), [
      { kind: 'created', fromMs: nowMs - 7_200_000 },
      { kind: 'created', toMs: day(22) },
      { kind: 'created', fromMs: day(21) },
      { kind: 'created', toMs: day(3) },
    ]);
  });

  it('says what is wrong, and where', () => {
    assert.match(problem('a status:faild b')[0], /^There is no status “faild”\. There are: created, queued/);
    assert.equal(problem('a status:faild b')[1], 'status:faild');
    assert.match(problem('tags:x')[0], /^There is no key “tags”\. There are: status, tag/);
    assert.match(problem('a tag:')[0], /A value is missing after “tag:”/);
    assert.match(problem('lr>much')[0], /“lr>” is about numbers, and “much” is none/);
    assert.match(problem('since:2026-02-31')[0], /is no time/);
    assert.match(problem('is:green')[0], /“is:pinned”, not “is:green”/);
    assert.match(problem('lr=1,2')[0], /compared with one value/);
    assert.match(problem('x'.repeat(2001))[0], /2,000 characters at most/);
    assert.match(problem('x '.repeat(51))[0], /50 terms at most/);
    assert.match(problem('a -')[0], /missing/);
  });

  it('takes what is still being typed, and anything at all, without an end', () => {
    assert.deepEqual(
      filterWords('tag:"base li').map(({ key, values, from, to }) => [key, values, from, to]),
      [['tag', ['base li'], 0, 12]],
    );
    for (const text of ['"', '\\', ':', '=', '>=', '-"', 'a:b:c', '\u{1f600}', 'a="', ',', 'tag:,,', '<script>']) {
      assert.ok(Array.isArray(filterWords(text)), text);
      parseFilter(text, nowMs);
    }
  });

  it('writes a value so that it is read as the same', () => {
    for (const value of ['plain', 'two words', 'a"b', 'a\\b', 'x,y', '-dash', '', 'a:b', 'ü*']) {
      assert.deepEqual(filterWords(`tag:${quotedValue(value)}`)[0]?.values, [value], value);
    }
  });
});
