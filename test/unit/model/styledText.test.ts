import assert from 'node:assert/strict';
import { withoutControls } from '../../../src/model/controlSequences';
import { StyledLines, styleKey } from '../../../src/model/styledText';

const esc = '\u001b';
const read = (line: string) => new StyledLines().take(line);
/** The text of each span with its style. */
const spansOf = (line: string): readonly string[] => {
  const { text, spans } = read(line);
  return spans.map(({ start, end, style }) => `${text.slice(start, end)}: ${styleKey(style)}`);
};

describe('text with colours', () => {
  it('leaves plain text as it is', () => {
    assert.deepEqual(read('a\tplain line'), { text: 'a\tplain line', spans: [], links: [] });
  });

  it('knows the colours of terminals, of the theme and of their own', () => {
    const line = `${esc}[31mred ${esc}[1;94mbright${esc}[m ${esc}[38;5;208morange ${esc}[48;2;1;2;3mback${esc}[39mground${esc}[0m`;
    assert.deepEqual(spansOf(line), [
      'red : colour=1',
      'bright: colour=12 bold=true',
      'orange : colour=#ff8700',
      'back: colour=#ff8700 background=#010203',
      'ground: background=#010203',
    ]);
    assert.deepEqual(spansOf(`${esc}[38:2::255:0:1mjoined${esc}[38:5:9mnine`), [
      'joined: colour=#ff0001',
      'nine: colour=9',
    ]);
    assert.deepEqual(spansOf(`${esc}[38;5;232mdark${esc}[38;5;255mlight`), [
      'dark: colour=#080808',
      'light: colour=#eeeeee',
    ]);
  });

  it('knows bold, dim, italic, underlined, struck and inverse, and what ends them', () => {
    const line = `${esc}[1;2;3;4;7;9mall${esc}[22;23;24;27;29mnone${esc}[4:3mwavy${esc}[4:0mplain`;
    assert.deepEqual(spansOf(line), [
      'all: bold=true dim=true italic=true underline=true strike=true inverse=true',
      'wavy: underline=true',
    ]);
  });

  it('lets colours go on into the next line, until they are changed', () => {
    const lines = new StyledLines();
    lines.take(`${esc}[33mwarning`);
    assert.deepEqual(lines.peek('still')?.spans, [{ start: 0, end: 5, style: { colour: 3 } }]);
    lines.take(`over${esc}[0m`);
    assert.deepEqual(lines.take('plain').spans, []);
  });

  it('drops cursor movements, titles, other sequences and control characters', () => {
    const line = `${esc}[2K${esc}[1;1Hplain${esc}]0;title\u0007 ${esc}(Btext${esc}]2;t${esc}\\ \u0000\u0007\u009b31mred\u200b`;
    assert.equal(read(line).text, 'plain text red\u200b');
    assert.equal(withoutControls(`a${esc}[31mb\nc${esc}]no end\nd`), 'ab\ncno end\nd');
    assert.equal(read('one\u2028two').text, 'one two');
  });

  it('hides no more than itself when a sequence is cut, none of it while its line is open', () => {
    assert.equal(read(`text${esc}[3`).text, 'text');
    assert.equal(read(`text${esc}]8;;http`).text, 'text8;;http');
    assert.equal(new StyledLines().peek(`text${esc}]8;;http`).text, 'text');
    assert.equal(read(`text${esc}`).text, 'text');
    assert.equal(read(`text${esc}[31`).text, 'text');
    // Binary data.
    assert.equal(read(`a${esc}[\u0001b${esc}[31;\u00e9c`).text, 'ab\u00e9c');
  });

  it('ignores colours that there are not', () => {
    assert.deepEqual(
      spansOf(`${esc}[38;5;999ma${esc}[38;2;300;0;0mb${esc}[38mc${esc}[38;7md${esc}[;;me${esc}[123mf`),
      [],
    );
  });

  it('has links of OSC 8, to pages and files only', () => {
    const link = (address: string): string => `${esc}]8;id=1;${address}${esc}\\here${esc}]8;;${esc}\\ there`;
    assert.deepEqual(read(link('https://example.org/a?b')), {
      text: 'here there',
      spans: [],
      links: [{ start: 0, end: 4, target: 'https://example.org/a?b' }],
    });
    assert.equal(read(link('file:///tmp/a.txt')).links.length, 1);
    for (const address of [
      'command:workbench.action.quit',
      'javascript:alert(1)',
      'vscode://x/y',
      'file://host/share',
      'ftp://x',
    ]) {
      assert.deepEqual(read(link(address)).links, [], address);
    }
  });

  it('takes hostile lines in time that grows with their length, and keeps a bounded number of spans', () => {
    const many = `${esc}[31ma${esc}[32mb`.repeat(100_000);
    const { text, spans } = read(many);
    assert.deepEqual([text.length, spans.length], [200_000, 1000]);
    assert.equal(read(`${esc}]`.repeat(100_000)).text, '');
    assert.equal(read(`${esc}[${'1;'.repeat(500_000)}mx`).text, 'x');
    let colours = '';
    for (let index = 0; index < 20_000; index += 1) colours += `${esc}[38;2;${index % 256};${(index >> 8) % 256};0mx`;
    assert.equal(read(colours).text.length, 20_000);
  });
});
