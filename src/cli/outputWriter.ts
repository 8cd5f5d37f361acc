/**
 * A run's output on its way to stdout: as it is, or, for `--json`, an object a line:
 *
 *     {"runId":"…","attempt":1,"stream":"both","from":0,"text":"step 1\n"}
 *
 * A task of a graph has its path as `task`. `from` is a byte offset in that attempt's output; `text` is what UTF-8 makes of the bytes, never cut inside a character.
 */
import type { Run } from '../model/run';
import type { OutputQuery } from '../core/source';
import { lineWriter, type OutputWriter } from '../core/output/lineWriter';
import { plainText } from './plainText';
import type { Terminal } from './terminal';

export interface WrittenOutput {
  readonly run: Pick<Run, 'id'>;
  /** Of a task: the names on the way to it. */
  readonly task?: string;
  readonly stream: OutputQuery['stream'];
  /** The first that is written; later ones are announced on stderr. */
  readonly attempt: number;
  readonly json: boolean;
}

export function outputWriter(
  terminal: Pick<Terminal, 'output' | 'print' | 'say'>,
  written: WrittenOutput,
): OutputWriter {
  return written.json ? jsonWriter(terminal, written) : plainWriter(terminal, written);
}

function plainWriter(terminal: Pick<Terminal, 'output' | 'say'>, { attempt: first }: WrittenOutput): OutputWriter {
  let said = Math.max(1, first);
  return {
    write: ({ attempt, bytes }) => {
      if (attempt !== said) terminal.say(`attempt ${attempt}`);
      said = attempt;
      terminal.output(bytes);
    },
    end: () => undefined,
  };
}

function jsonWriter(terminal: Pick<Terminal, 'print'>, { run, task, stream }: WrittenOutput): OutputWriter {
  let attempt = 0;
  let from = 0;
  let unfinished = Buffer.alloc(0);
  const print = (bytes: Buffer): void => {
    if (bytes.byteLength === 0) return;
    const place = { runId: run.id, ...(task === undefined ? {} : { task }), attempt, stream, from };
    terminal.print(JSON.stringify({ ...place, text: bytes.toString('utf8') }));
    from += bytes.byteLength;
  };
  const end = (): void => {
    print(unfinished);
    unfinished = Buffer.alloc(0);
  };
  return {
    write: (output) => {
      if (output.attempt !== attempt) {
        end();
        ({ attempt, from } = output);
      }
      const all = Buffer.concat([unfinished, output.bytes]);
      const whole = all.byteLength - unfinishedBytes(all);
      print(all.subarray(0, whole));
      unfinished = all.subarray(whole);
    },
    end,
  };
}

/** Whole lines, each after the name of who wrote it: `train | step 3`. */
export function prefixingWriter(terminal: Pick<Terminal, 'output'>, name: string): OutputWriter {
  const prefix = Buffer.from(`${plainText(name)} | `);
  const end = Buffer.from('\n');
  return lineWriter((lines) => terminal.output(Buffer.concat(lines.flatMap((line) => [prefix, line, end]))));
}

/** How many bytes at the end belong to a character that is not whole yet. */
function unfinishedBytes(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.byteLength); back++) {
    const byte = bytes[bytes.byteLength - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
  }
  return 0;
}
