import assert from 'node:assert/strict';
import { Random } from '../../../../src/model/random';
import { type DrawnEdge, type DrawnNode, drawGraph } from '../../../../src/language/navigation/drawing/graphText';

const room = { columns: 60, rows: 12 };
const node = (id: string): DrawnNode => ({ id, label: id });

/** Letters are nodes; "a>b" is an edge, "a>b!" one that has a label. */
function draw(names: string, edges: string, within = room): readonly string[] | undefined {
  return drawGraph([...names].map(node), edges.split(' ').filter(Boolean).map(edgeOf), within);
}

const edgeOf = (text: string): DrawnEdge => {
  const [from = '', , to = '', label] = text;
  return { from, to, ...(label === undefined ? {} : { label: 'failed' }) };
};

/** Where each character of a line leads, from left to right and up and down. */
const leads: Readonly<Record<string, string>> = {
  '─': 'lr',
  '┐': 'ld',
  '┘': 'lu',
  '┌': 'dr',
  '└': 'ur',
  '┬': 'ldr',
  '┴': 'lur',
  '├': 'udr',
  '┤': 'lud',
  '┼': 'ludr',
};

/** The edges that a reader sees, who follows lines from each name to the right. */
function read(lines: readonly string[]): string[] {
  const at = (row: number, x: number): string => lines[row]?.[x] ?? ' ';
  const found = new Set<string>();
  for (const [row, line] of lines.entries()) {
    for (const { 0: name, index } of line.matchAll(/[a-z](?![a-z])(?<![a-z]{2})/g)) {
      const seen = new Set<string>();
      /** Enters a cell, going in a direction. */
      const go = (y: number, x: number, way: string): void => {
        const key = `${y} ${x} ${way}`;
        if (seen.has(key)) return;
        seen.add(key);
        const glyph = at(y, x);
        if (glyph === '▶') found.add(`${name}>${at(y, x + 2)}`);
        else if (glyph === '▼' || glyph === '▲') go(y, x + 1, 'r');
        else if (glyph === '│') step(y, x, way);
        else {
          const back = { l: 'r', r: 'l', u: 'd', d: 'u' }[way] ?? '';
          assert.ok(
            leads[glyph]?.includes(back) || /[a-z]/.test(glyph),
            `${glyph} is entered ${way}:\n${lines.join('\n')}`,
          );
          // Nobody reads a line backwards.
          for (const next of leads[glyph] ?? 'r') if (next !== back && next !== 'l') step(y, x, next);
        }
      };
      const step = (y: number, x: number, way: string): void =>
        go(y + (way === 'd' ? 1 : way === 'u' ? -1 : 0), x + (way === 'r' ? 1 : 0), way);
      if (at(row, index + 2) !== ' ' && at(row, index + 1) === ' ') go(row, index + 2, 'r');
    }
  }
  return [...found].sort();
}

describe('a graph drawn as text', () => {
  it('goes from left to right, with lines that belong together joined', () => {
    assert.deepEqual(draw('abcd', 'a>c b>c a>d b>d'), ['a ─┬─▶ c', 'b ─┴─▶ d']);
    assert.deepEqual(draw('abcd', 'a>b a>c b>d c>d'), ['a ─┬─▶ b ─┬─▶ d', '   └─▶ c ─┘']);
  });

  it('tells a line that comes in from lines that are joined', () => {
    assert.deepEqual(draw('abcd', 'a>c a>d b>d'), ['a ─┬─▶ c', 'b ─▼─▶ d']);
  });

  it('has a row of its own for each condition', () => {
    assert.deepEqual(draw('abc', 'a>b a>c!'), ['a ┬────────▶ b', '  └failed──▶ c']);
  });

  it('takes long lines past what stands between', () => {
    assert.deepEqual(draw('abc', 'a>b b>c a>c'), ['a ─┬──────┬─▶ c', '   └─▶ b ─┘']);
  });

  it('cuts long names in their middles, and is not drawn where it has no room', () => {
    const long = (id: string): DrawnNode => ({ id, label: id.repeat(40) });
    const [line = ''] = drawGraph([long('a'), long('b'), long('c')], [edgeOf('a>b'), edgeOf('b>c')], room) ?? [];
    assert.equal(line, 'aaaaaaaa…aaaaaaa ──▶ bbbbbbbb…bbbbbbb ──▶ cccccccc…ccccccc');
    assert.equal(draw('abcdefghijklmn', ''), undefined, 'too many rows');
    assert.equal(draw('abcdefghijk', 'a>b b>c c>d d>e e>f f>g g>h h>i i>j j>k'), undefined, 'too many columns');
  });

  it('has names of wide characters in line with others', () => {
    const nodes = [
      { id: 'a', label: '準備' },
      { id: 'b', label: 'fetch' },
      { id: 'c', label: 'c' },
    ];
    assert.deepEqual(drawGraph(nodes, [edgeOf('a>c'), edgeOf('b>c')], room), ['準備 ──┬─▶ c', 'fetch ─┘']);
  });

  it('is read as the edges that it was made of, or not drawn', () => {
    let drawn = 0;
    for (let seed = 0; seed < 800; seed += 1) {
      const random = new Random(seed, 'graphs');
      const count = 2 + random.below(7);
      const names = 'abcdefghij'.slice(0, count);
      const edges = [...names].flatMap((to, index) =>
        [...names.slice(0, index)].flatMap((from) =>
          random.below(3) === 0 ? [`${from}>${to}${random.below(6) === 0 ? '!' : ''}`] : [],
        ),
      );
      const lines = draw(names, edges.join(' '));
      if (!lines) continue;
      drawn += 1;
      assert.ok(lines.length <= room.rows && lines.every((line) => line.length <= room.columns));
      assert.deepEqual(
        read(lines),
        edges.map((edge) => edge.slice(0, 3)).sort(),
        `${edges.join(' ')}\n${lines.join('\n')}`,
      );
    }
    assert.ok(drawn > 700, `${drawn} of 800 could be drawn`);
  });
});
