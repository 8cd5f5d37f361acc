/** An output of any size that takes no memory: equal lines but for their number, some with what terminals understand. */
const words = [
  '\u001b[32mloss\u001b[0m 0.1234, accuracy 0.98',
  'warning: <b>not markup</b>, "quoted" & more',
  'שלום \u202eright to left\u202c again',
  '10 %\r20 %\r100 % done',
];
const lineBytes = 80;

export class FakeOutput {
  lines: number;

  constructor(lines: number) {
    this.lines = lines;
  }

  get sizeBytes(): number {
    return this.lines * lineBytes;
  }

  read(from: number, maxBytes: number): { from: number; bytes: Uint8Array; sizeBytes: number } {
    const { sizeBytes } = this;
    const begin = from < 0 ? Math.max(0, sizeBytes + from) : Math.min(from, sizeBytes);
    const end = Math.min(sizeBytes, begin + maxBytes);
    const bytes = new Uint8Array(end - begin);
    const first = Math.floor(begin / lineBytes);
    for (let line = first; line * lineBytes < end; line += 1) {
      const at = line * lineBytes;
      const text = fakeLine(line);
      bytes.set(text.subarray(Math.max(0, begin - at), Math.min(lineBytes, end - at)), Math.max(0, at - begin));
    }
    return { from: begin, bytes, sizeBytes };
  }
}

function fakeLine(line: number): Uint8Array {
  const text = new TextEncoder().encode(`step ${line} ${line % 5 === 0 ? words[(line / 5) % words.length] : ''}`);
  const whole = new Uint8Array(lineBytes).fill(0x2e);
  whole.set(text.subarray(0, lineBytes - 1));
  whole[lineBytes - 1] = 10;
  return whole;
}
