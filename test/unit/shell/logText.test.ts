import assert from 'node:assert/strict';
import { LogWindow, noOutputYet, readable } from '../../../src/shell/log/logText';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const part = (from: number, bytes: Uint8Array, attempt = 1) => ({
  attempt,
  from,
  bytes,
  sizeBytes: from + bytes.length,
});

describe('the window on a log', () => {
  it('says so when there is nothing yet', () => {
    const log = new LogWindow(100);
    assert.equal(log.render(), noOutputYet);
    log.append(part(0, new Uint8Array(0)));
    assert.equal(log.render(), noOutputYet);
  });

  it('joins what follows, also a character that was cut', () => {
    const bytes = bytesOf('a é');
    const log = new LogWindow(100);
    log.append(part(0, bytes.slice(0, 3)));
    assert.equal(log.render(), 'a ');
    log.append(part(3, bytes.slice(3)));
    assert.equal(log.render(), 'a é');
  });

  it('keeps the last lines and says how much came before', () => {
    const log = new LogWindow(12);
    log.append(part(0, bytesOf('first line\nsecond\nthird\n')));
    assert.equal(log.render(), '… 18 bytes earlier\nthird\n');
    log.append(part(24, bytesOf('fourth\n')));
    assert.equal(log.render(), '… 24 bytes earlier\nfourth\n');
    assert.equal(log.end, 31);
  });

  it('begins at a line when it is opened in the middle', () => {
    const log = new LogWindow(100);
    log.append(part(1_000_000, bytesOf('rest of a line\nnext\n')));
    assert.equal(log.render(), '… 1.0 MB earlier\nnext\n');
  });

  it('begins at a character when there is no line to begin at', () => {
    const log = new LogWindow(4);
    log.append(part(0, bytesOf('ééé')));
    assert.equal(log.render(), '… 2 bytes earlier\néé');
    log.append(part(6, bytesOf('x')));
    assert.equal(log.render(), '… 4 bytes earlier\néx');
  });

  it('starts anew after a gap and for another attempt', () => {
    const log = new LogWindow(100);
    log.append(part(0, bytesOf('one\n')));
    log.append(part(0, bytesOf('two\n'), 2));
    assert.equal(log.render(), 'two\n');
  });
});

describe('readable output', () => {
  it('drops colours, cursor movements and titles', () => {
    assert.equal(readable('\u001b[1;31mred\u001b[0m \u001b]0;title\u0007plain\u001b[2K'), 'red plain');
  });

  it('shows the last state of a line that was drawn over, as it grows', () => {
    const log = new LogWindow(100);
    const shown: string[] = [];
    let at = 0;
    for (const text of ['10 %\r', '50 %', '\r100 %\r\ndone\r\n', 'spin -\b\\\b|']) {
      log.append(part(at, bytesOf(text)));
      at += text.length;
      shown.push(log.render());
    }
    assert.deepEqual(shown, ['10 %', '50 %', '100 %\ndone\n', '100 %\ndone\nspin |']);
  });

  it('has room for many lines beside a progress bar that draws itself a thousand times', () => {
    const log = new LogWindow(2000);
    let at = 0;
    const write = (text: string): void => {
      log.append(part(at, bytesOf(text)));
      at += text.length;
    };
    write('begin\n');
    for (let step = 0; step <= 1000; step += 1) write(`step ${step} of 1000\r`);
    write('\nend\n');
    assert.equal(log.render(), 'begin\nstep 1000 of 1000\nend\n');
    assert.equal(log.end, at);
  });

  it('begins anew with another edition, whose positions are others', () => {
    const log = new LogWindow(100);
    log.append(part(0, bytesOf('10 %\r100 %\n')));
    log.append({ ...part(0, bytesOf('100 %\nmore\n')), edition: 1 });
    assert.deepEqual([log.render(), log.edition, log.end], ['100 %\nmore\n', 1, 11]);
  });
});
