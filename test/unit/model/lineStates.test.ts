import assert from 'node:assert/strict';
import { type LinePiece, LineStates } from '../../../src/model/lineStates';
import { SeededRandom } from '../../support/seededRandom';

const bytesOf = (text: string): Buffer => Buffer.from(text);

function pieces(parts: readonly Uint8Array[], maxBytes?: number): LinePiece[] {
  const found: LinePiece[] = [];
  const states = new LineStates((piece) => found.push(piece), maxBytes);
  for (const part of parts) {
    // A reader uses its buffer again.
    const buffer = Buffer.from(part);
    states.push(buffer);
    buffer.fill(0x7a);
  }
  states.end();
  return found;
}
const shown = (text: string): string =>
  Buffer.concat(pieces([bytesOf(text)]).map(({ bytes }) => bytes)).toString('utf8');

describe('lines in their last state', () => {
  it('are what a terminal shows of them', () => {
    const cases: Record<string, string> = {
      'plain\nlines\r\nstay\r': 'plain\nlines\r\nstay\r',
      '10%\r20%\r30%\n': '30%\n',
      '10%\r100%\r\n': '100%\n',
      // What a shorter text does not reach stays, unless it is erased.
      'Progress 100%\rok\n': 'okogress 100%\n',
      'Progress 100%\r\x1b[Kok\n': 'ok\n',
      'Progress 100%\rok\x1b[K\n': 'ok\n',
      'gone\r    \r\n': '\n',
      'spin /\b-\b\\\b|\n': 'spin |\n',
      'abc\x1b[2D!\r>\n': '>!c\n',
      'a\x1b[5Gb\rX\n': 'X   b\n',
      'a\tb\rX\n': 'X       b\n',
      '\x1b[?25l1\r2\x1b[?25h\n': '2\n',
      '\x1b]0;title\x07one\rtwo\n': 'two\n',
      '█░░ 33 %\r██░ 66 %\r███ 99 %\n': '███ 99 %\n',
      // A wide character takes two columns; of a half there is nothing.
      '進捗\rab\n': 'ab捗\n',
      '進捗\ra\n': 'a 捗\n',
      'e\u0301x\ry\n': 'yx\n',
    };
    assert.deepEqual(Object.fromEntries(Object.keys(cases).map((text) => [text, shown(text)])), cases);
  });

  it('keep their colours', () => {
    assert.equal(shown('\x1b[31mred\x1b[0m\r\x1b[32mgreen\x1b[0m!\n'), '\x1b[32mgreen\x1b[0m!\n');
    assert.equal(shown('one\r\x1b[1;33mtwo\n'), '\x1b[1;33mtwo\n');
  });

  it('that move to other lines are said to be unclear', () => {
    const kinds = pieces([bytesOf('a\rb\x1b[A\n'), bytesOf('a\rb\n'), bytesOf('a\x1b7\rb\n')]).map(({ kind }) => kind);
    assert.deepEqual(kinds, ['unclear', 'overwritten', 'unclear']);
  });

  it('that are endless pass in parts, and take no memory', () => {
    const found = pieces([bytesOf('x'.repeat(60)), bytesOf('y'.repeat(60)), bytesOf('z\rw\nnext\n')], 100);
    assert.deepEqual(
      found.map(({ kind, rawBytes }) => `${kind} ${rawBytes}`),
      ['as written 120', 'as written 3', 'as written 1', 'as written 5'],
    );
  });

  it('keep bytes that are no text', () => {
    const bytes = Buffer.from([0xff, 0x0d, 0xc3, 0x41, 0xfe, 0x0a, 0x80, 0x0a]);
    const found = pieces([bytes]);
    assert.deepEqual(
      Buffer.concat(found.map((piece) => piece.bytes)),
      Buffer.from([0xc3, 0x41, 0xfe, 0x0a, 0x80, 0x0a]),
    );
  });

  it('are the same wherever the reads cut, and compacting them again changes nothing', () => {
    const random = new SeededRandom(7);
    const atoms = [
      '\r',
      '\r',
      '\n',
      '\r\n',
      '\b',
      'a',
      'bc',
      '42 %',
      '   ',
      'é',
      '進',
      '█',
      '\x1b[K',
      '\x1b[31m',
      '\x1b[0m',
    ];
    for (let round = 0; round < 400; round += 1) {
      const text = Array.from({ length: random.below(60) }, () => random.pick(atoms) ?? '').join('');
      const bytes = bytesOf(text);
      const whole = pieces([bytes]);
      const cut: Buffer[] = [];
      for (let at = 0; at < bytes.length;) {
        const size = 1 + random.below(7);
        cut.push(bytes.subarray(at, at + size));
        at += size;
      }
      assert.deepEqual(pieces(cut), whole, JSON.stringify(text));
      assert.equal(
        whole.reduce((sum, { rawBytes }) => sum + rawBytes, 0),
        bytes.length,
      );
      const once = Buffer.concat(whole.map((piece) => piece.bytes));
      assert.deepEqual(Buffer.concat(pieces([once]).map((piece) => piece.bytes)), once, JSON.stringify(text));
      assert.equal(once.toString().split('\n').length, text.split('\n').length);
      if (!text.includes('\x1b') && !text.includes('進'))
        assert.equal(visible(once.toString()), byDrawing(text), JSON.stringify(text));
    }
  });
});

const visible = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.replace(/\r+$/, '').trimEnd())
    .join('\n');

/** The simplest terminal: an array of characters and a column. */
function byDrawing(text: string): string {
  return text
    .split('\n')
    .map((line) => {
      const cells: string[] = [];
      let column = 0;
      for (const character of line) {
        if (character === '\r') column = 0;
        else if (character === '\b') column = Math.max(0, column - 1);
        else cells[column++] = character;
      }
      return Array.from(cells, (cell) => cell ?? ' ')
        .join('')
        .trimEnd();
    })
    .join('\n');
}
