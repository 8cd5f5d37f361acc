import assert from 'node:assert/strict';
import { systemClock } from '../../../src/base/clock';
import { Failure } from '../../../src/base/failure';
import { type AskOutput, OutputWindow } from '../../../webview/run/outputWindow';
import { FakeOutput } from '../../bench/webview/fakeOutput';
import { until } from '../../support/temporaryFolder';

const choice = { attempt: 0, stream: 'both' } as const;

/** Output of any text, as one attempt in one edition. */
class TextOutput {
  text: string;
  attempt = 1;
  edition = 0;
  failure: Failure | undefined;
  readonly asked: number[] = [];

  constructor(text = '') {
    this.text = text;
  }

  readonly ask: AskOutput = async ({ from, maxBytes }) => {
    this.asked.push(from);
    if (this.failure) throw this.failure;
    const all = new TextEncoder().encode(this.text);
    const begin = from < 0 ? Math.max(0, all.length + from) : Math.min(from, all.length);
    const bytes = all.slice(begin, begin + maxBytes);
    return Promise.resolve({ attempt: this.attempt, from: begin, bytes, sizeBytes: all.length, edition: this.edition });
  };

  window(positionAt: (timeMs: number) => number | undefined = () => undefined): OutputWindow {
    const askAt = async ({ timeMs }: { timeMs: number }) => {
      const position = positionAt(timeMs);
      const place = { attempt: this.attempt, edition: this.edition, ...(position === undefined ? {} : { position }) };
      return Promise.resolve(place);
    };
    return new OutputWindow(this.ask, askAt, systemClock);
  }
}

const textsOf = (window: OutputWindow): string[] => window.lines.map(({ text }) => text);

describe('the window on an output', () => {
  it('opens a gigabyte at its end by one question, and goes back as far as one likes in bounded memory', async () => {
    const output = new FakeOutput(13_000_000);
    let asked = 0;
    const ask: AskOutput = async ({ from, maxBytes }) => {
      asked += 1;
      return Promise.resolve({ attempt: 1, ...output.read(from, maxBytes) });
    };
    const window = new OutputWindow(ask, async () => Promise.resolve({ attempt: 1 }), systemClock);
    await window.openEnd(choice);
    assert.equal(asked, 1);
    assert.match(window.lines.at(-1)?.text ?? '', /^step 12999999 /);
    for (let i = 0; i < 60; i += 1) await window.earlier();
    assert.ok(window.lines.length <= 60_000 && window.loadedBytes <= 8 * 1024 * 1024);
    // No line twice, none left out.
    const starts = window.lines.map(({ from }) => from);
    assert.ok(starts.every((from, at) => from === (starts[0] ?? 0) + 80 * at));
    assert.ok(window.hasLater && window.hasEarlier);
    await window.later();
    assert.equal((window.lines.at(-1)?.from ?? 0) - (window.lines[0]?.from ?? 0), 80 * (window.lines.length - 1));
    window.dispose();
  });

  it('follows what grows, an unfinished line too, and shows what a progress bar drew last', async () => {
    const output = new TextOutput('one\ntw');
    const window = output.window();
    await window.openEnd(choice);
    assert.deepEqual(textsOf(window), ['one', 'tw']);
    output.text += 'o\n10 %\r50 %\r';
    await window.later();
    assert.deepEqual(textsOf(window), ['one', 'two', '50 %']);
    output.text += '100 %\nend\n';
    window.grew(true);
    await until(() => window.lines.length === 4, 'the rest');
    assert.deepEqual(textsOf(window), ['one', 'two', '100 %', 'end']);
    window.dispose();
  });

  it('shows no escape sequences, and other control characters as pictures', async () => {
    const escaped =
      '\u001b[1;31mred\u001b[0m \u001b]0;title\u0007\u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\ \u001b(Bplain\u0000\u0007 <b>\r\n';
    const window = new TextOutput(escaped).window();
    await window.openEnd(choice);
    assert.deepEqual(textsOf(window), ['red link plain␀␇ <b>']);
    window.dispose();
  });

  it('marks the line that had been written last at a time', async () => {
    const lines = Array.from({ length: 50_000 }, (_, at) => `line ${at}\n`);
    const ends = lines.map(
      (
        (sum) => (line: string) =>
          (sum += line.length)
      )(0),
    );
    const window = new TextOutput(lines.join('')).window((timeMs) => ends[timeMs]);
    for (const at of [0, 1, 25_000, 49_999]) {
      await window.openAt(choice, at);
      const marked = window.lines.find(({ from }) => from === window.marked);
      assert.equal(marked?.text, `line ${at}`);
      assert.equal(window.isTimeUnknown, false);
    }
    window.dispose();
  });

  it('shows the end and says so when nothing is known of the time', async () => {
    const window = new TextOutput('first\nlast\n').window();
    await window.openAt(choice, 5);
    assert.deepEqual([window.isTimeUnknown, window.marked, textsOf(window).at(-1)], [true, undefined, 'last']);
    window.dispose();
  });

  it('begins anew when the output was compacted, or is of another attempt', async () => {
    const output = new TextOutput('10 %\r100 %\nend\n');
    const window = output.window();
    await window.openEnd(choice);
    output.text = '100 %\nend\n';
    output.edition = 1;
    await window.later();
    await until(() => window.loadedBytes === 10, 'the compacted output');
    output.attempt = 2;
    output.edition = 0;
    output.text = 'second attempt\n';
    await window.later();
    await until(() => textsOf(window)[0] === 'second attempt', 'the output of the other attempt');
    window.dispose();
  });

  it('says why it cannot be read, and goes on when it can', async () => {
    const output = new TextOutput('text\n');
    output.failure = new Failure('Unavailable', 'The engine does not answer.');
    const window = output.window();
    await window.openEnd(choice);
    assert.equal(window.failure, 'The engine does not answer.');
    output.failure = undefined;
    await window.openEnd();
    assert.deepEqual([window.failure, textsOf(window)], [undefined, ['text']]);
    window.dispose();
  });

  it('shows a line without end in parts', async () => {
    const window = new TextOutput('x'.repeat(1_000_000)).window();
    await window.openEnd(choice);
    assert.ok(window.lines.every(({ text }) => text.length <= 16 * 1024));
    assert.equal(textsOf(window).join('').length, 256 * 1024);
    await window.earlier();
    assert.equal(textsOf(window).join('').length, 512 * 1024);
    window.dispose();
    const ending = new TextOutput(`first\n${'y'.repeat(600_000)}\n`).window();
    await ending.openEnd(choice);
    while (ending.hasEarlier) await ending.earlier();
    assert.equal(textsOf(ending).join(''), `first${'y'.repeat(600_000)}`);
    ending.dispose();
  });
});
