import assert from 'node:assert/strict';
import { emptyPage, logPage } from '../../../src/shell/log/logPage';
import { OutputText } from '../../../src/shell/log/outputText';
import { makeRun } from './fakeSource';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const part = (from: number, bytes: Uint8Array, attempt = 1) => ({
  attempt,
  from,
  bytes,
  sizeBytes: from + bytes.length,
});
const shown = (output: OutputText): string => logPage(output, false).text;

describe('the window on an output', () => {
  it('says whether there is nothing yet, or never was', () => {
    const running = makeRun(1, { status: 'running' });
    assert.equal(emptyPage(running, 0, 'both').text, 'No output yet.\n');
    assert.equal(emptyPage({ ...running, status: 'failed' }, 0, 'both').text, 'It ended without any output.\n');
    assert.equal(
      emptyPage({ ...running, status: 'completed' }, 0, 'stderr').text,
      'It ended without any output on stderr.\n',
    );
  });

  it('joins what follows, also a character that was cut', () => {
    const bytes = bytesOf('a é');
    const output = new OutputText(100);
    output.append(part(0, bytes.slice(0, 3)));
    assert.equal(shown(output), 'a ');
    output.append(part(3, bytes.slice(3)));
    assert.equal(shown(output), 'a é');
  });

  it('keeps the last lines and says how much came before, and where each of them is in the output', () => {
    const output = new OutputText(12);
    output.append(part(0, bytesOf('first line\nsecond\nthird\n')));
    assert.equal(output.isOversize, true);
    output.trim();
    assert.equal(shown(output), '… 18 bytes earlier\nthird\n');
    assert.deepEqual([output.from, output.end, output.firstNumber], [18, 24, 2]);
    output.append(part(24, bytesOf('fo\nur\n')));
    assert.deepEqual(
      [18, 23, 24, 26, 27, 1000].map((position) => output.lineAt(position)),
      [0, 0, 1, 1, 2, 2],
    );
  });

  it('begins at a line when it is opened in the middle', () => {
    const output = new OutputText(100);
    output.append(part(1_000_000, bytesOf('rest of a line\nnext\n')));
    assert.equal(shown(output), '… 1.0 MB earlier\nnext\n');
  });

  it('shows a part of a line that is longer than all that was read, from a whole character on', () => {
    const output = new OutputText(1000);
    output.append(part(1, bytesOf('é'.repeat(100_000)).slice(1)));
    assert.match(output.lines[0]?.text ?? '', /^é+$/);
    const bar = new OutputText(1000);
    bar.append(part(500, bytesOf('% 10\r 20 %\r 30 %')));
    assert.equal(shown(bar), '… 500 bytes earlier\n 30 %');
  });

  it('starts anew after a gap, for another attempt and for another edition, whose positions are others', () => {
    const output = new OutputText(100);
    output.append(part(0, bytesOf('one\n')));
    output.append(part(0, bytesOf('two\n'), 2));
    assert.equal(shown(output), 'two\n');
    output.append({ ...part(0, bytesOf('100 %\nmore\n')), attempt: 2, edition: 1 });
    assert.deepEqual([shown(output), output.edition, output.end], ['100 %\nmore\n', 1, 11]);
  });

  it('shows the last state of a line that was drawn over, as it grows, in its colours', () => {
    const output = new OutputText(100);
    const texts: string[] = [];
    let at = 0;
    for (const text of [
      '10 %\r',
      '50 %',
      '\r\u001b[32m100 %\u001b[0m\r\ndone\r\n',
      'spin -\b\\\b|',
      '\n\u001b[3',
      '1mred\n',
    ]) {
      output.append(part(at, bytesOf(text)));
      at += text.length;
      texts.push(shown(output));
    }
    assert.deepEqual(texts, [
      '10 %',
      '50 %',
      '100 %\ndone\n',
      '100 %\ndone\nspin |',
      '100 %\ndone\nspin |\n',
      '100 %\ndone\nspin |\nred\n',
    ]);
    assert.deepEqual(output.lines[0]?.spans, [{ start: 0, end: 5, style: { colour: 2 } }]);
    assert.deepEqual(output.lines[3]?.spans, [{ start: 0, end: 3, style: { colour: 1 } }]);
  });

  it('has room for many lines beside a progress bar that draws itself a thousand times', () => {
    const output = new OutputText(2000);
    let at = 0;
    const write = (text: string): void => {
      output.append(part(at, bytesOf(text)));
      at += text.length;
    };
    write('begin\n');
    for (let step = 0; step <= 1000; step += 1) write(`step ${step} of 1000\r`);
    write('\nend\n');
    assert.equal(shown(output), 'begin\nstep 1000 of 1000\nend\n');
    assert.equal(output.end, at);
  });

  it('says where the output goes on, and cuts no line there', () => {
    const output = new OutputText(100);
    output.append({ ...part(0, bytesOf('one\ntw')), sizeBytes: 1000 });
    assert.equal(logPage(output, true).text, 'one\n… more follows');
  });
});
