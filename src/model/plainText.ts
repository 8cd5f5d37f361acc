/** What programs write for terminals, as plain text: without colours and cursor movements, with other control characters visible. */

// Whole sequences first; a sequence that a read has cut ends the text.
const sequences = [
  // Texts for the terminal itself: titles, links, device strings; until BEL or ST.
  String.raw`\u001b[\]PX^_][^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c|$)`,
  // Control sequences: colours, cursor movements, modes.
  String.raw`(?:\u001b\[|\u009b)[0-?]*[ -/]*(?:[@-~]|$)`,
  // All others: character sets, keypads, resets.
  String.raw`\u001b[ -/]*(?:[0-~]|$)`,
];
const escape = new RegExp(sequences.join('|'), 'gu');
// Tabulators and line feeds are text. U+2400 and on are pictures of the rest.
const control = new RegExp(String.raw`[\u0000-\u0008\u000b-\u001f\u007f-\u009f]`, 'gu');

export const plainText = (text: string): string =>
  visibleControls(text.replace(escape, '').replace(/\r+(?=\n|$)/g, ''));

/** The text, as long as it was, with a picture in the place of each control character. */
export const visibleControls = (text: string): string =>
  text.replace(control, (character) => {
    const code = character.charCodeAt(0);
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : code === 0x7f ? '\u2421' : '\ufffd';
  });
