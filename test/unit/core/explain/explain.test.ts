import assert from 'node:assert/strict';
import type { FailureEvidence } from '../../../../src/core/explain/evidence';
import { findCause } from '../../../../src/core/explain/findCause';
import { lastErrorLines, lastException, readableLines } from '../../../../src/core/explain/outputLines';
import type { Attempt, Run } from '../../../../src/model/run';
import { makeAttempt, makeRun } from '../../shell/fakeSource';

const lines = (text: string): readonly string[] => text.split('\n');

function evidence(attempt: Partial<Attempt>, output = '', run: Partial<Run> = {}): FailureEvidence {
  const failed: Attempt = { ...makeAttempt(1, { endedAtMs: 61_000, reason: 'failed' }), ...attempt };
  return {
    detail: {
      run: makeRun(1, { status: 'failed', attempt: failed, ...run }),
      attempts: [failed],
      command: ['/opt/py/bin/python3.11', 'train.py'],
      cwd: '/work',
      parametersJson: '{}',
      metadataJson: '{}',
      outputs: '/runs/1/outputs',
    },
    attempt: failed,
    lines: lines(output),
    errorLines: lines(output),
    events: [],
    room: [],
    choosesPython: false,
  };
}

const killed = (memory: Attempt['memory'], peakMemoryBytes?: number): string =>
  findCause(
    evidence({
      exitCode: 137,
      ...(memory && { memory }),
      ...(peakMemoryBytes === undefined ? {} : { peakMemoryBytes }),
    }),
  ).what;

describe('explanations', () => {
  it('say of a SIGKILL as much as is known: counted by the kernel, near the limit, neither, or nothing counted', () => {
    const limitBytes = 4e9;
    assert.equal(
      killed({ limitBytes, oomKillsInGroup: 1, oomKillsOnMachine: 1 }, 1e9),
      'The kernel killed the program because memory ran out.',
    );
    const likely = 'The program was killed, most likely because memory ran out.';
    assert.equal(killed({ limitBytes, oomKillsInGroup: 0, oomKillsOnMachine: 2 }, 1e9), likely);
    assert.equal(killed({ limitBytes }, 3.9e9), likely);
    assert.match(killed({ limitBytes, oomKillsOnMachine: 0 }, 1e9), /not by the kernel for want of memory\.$/);
    assert.match(killed({ limitBytes }, 1e9), /as the system does when memory runs out, or somebody with kill -9\.$/);
    assert.match(killed(undefined), /as the system does when memory runs out/);
    const { because } = findCause(
      evidence({ exitCode: 137, memory: { limitBytes, oomKillsInGroup: 1 }, peakMemoryBytes: 3.9e9 }),
    );
    assert.deepEqual(because, [
      'Exit code 137 is 128 + 9: SIGKILL ended the program. Sidelab did not send it.',
      'It held 3.9 GB of 4.0 GB at its peak, as sampled every few seconds.',
      'Meanwhile the kernel killed 1 process for want of memory in the control group that it ran in.',
    ]);
  });

  it('do not take an end by us for one by the system', () => {
    const limit = findCause(evidence({ exitCode: 137, reason: 'timed out' }, '', { timeoutMs: 60_000 }));
    assert.equal(limit.what, 'It ran longer than its limit of 1 min, and was ended.');
    assert.match(limit.because.join(' '), /It was asked to end, did not within its grace, and was killed/);
  });

  const words: readonly (readonly [output: string, kind: string | RegExp, exitCode?: number])[] = [
    ["ModuleNotFoundError: No module named 'torch.nn'", 'ModuleNotFoundError: torch.nn'],
    [
      'ImportError: libcudart.so.12: cannot open shared object file: No such file',
      'library not found: libcudart.so.12',
    ],
    ["ImportError: cannot import name 'x' from 'y' (/y.py)", /^ImportError: cannot import name/],
    ["Error: Cannot find module './data.mjs'", 'module not found: ./data.mjs'],
    ['MemoryError', 'out of memory'],
    ['numpy.core._exceptions._ArrayMemoryError: Unable to allocate 8 GiB', 'out of memory'],
    ["terminate called after throwing an instance of 'std::bad_alloc'", 'out of memory', 134],
    ['FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory', 'out of memory', 134],
    ['torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2 GiB', 'GPU memory ran out'],
    ['RuntimeError: DataLoader worker (pid 4) is killed by signal: Killed.', 'a part of it was killed'],
    ['OSError: [Errno 28] No space left on device', 'disk full'],
    ['OSError: [Errno 122] Disk quota exceeded', 'quota exceeded'],
    ['sh: 1: trian: not found', 'program not found: trian', 127],
    ['bash: line 1: trian: command not found', 'program not found: trian', 127],
    ['env: ‘pyhton’: No such file or directory', 'program not found: pyhton', 127],
    ['sh: 1: ./train.txt: Permission denied', 'not executable: ./train.txt', 126],
    ['Segmentation fault (core dumped)', 'exit code 139 (SIGSEGV)', 139],
    ['', 'exit code 134 (SIGABRT)', 134],
    ['', 'exit code 143 (SIGTERM)', 143],
    ['Traceback (most recent call last):\n  File "a.py", line 1\nValueError: bad shape', 'ValueError: bad shape'],
    [
      'file:///a.mjs:3\nTypeError: x is no function\n    at a.mjs:3:1\n\nNode.js v24.0.0',
      'TypeError: x is no function',
    ],
    ['bye', 'exit code 3', 3],
  ];
  for (const [output, kind, exitCode = 1] of words) {
    it(`call "${output.split('\n').at(0) ?? ''}" with exit code ${exitCode} ${String(kind)}`, () => {
      const cause = findCause(evidence({ exitCode }, output));
      if (typeof kind === 'string') assert.equal(cause.kind, kind);
      else assert.match(cause.kind, kind);
      assert.ok(cause.because.length > 0 && cause.todo.length > 0 && /\w/.test(cause.what));
    });
  }

  it('name the module, the Python that was used, and the package and key that help', () => {
    const cause = findCause(evidence({ exitCode: 1 }, "ModuleNotFoundError: No module named 'cv2'"));
    assert.equal(cause.what, '/opt/py/bin/python3.11 has no module cv2.');
    assert.equal(cause.todo[0], 'Install it there: /opt/py/bin/python3.11 -m pip install opencv-python');
    assert.match(cause.todo[1] ?? '', /"python": "selected"/);
  });

  it('are not misled by what was written long before the end', () => {
    const much = Array.from({ length: 100 }, (_, step) => `step ${step}`).join('\n');
    const cause = findCause(evidence({ exitCode: 2 }, `No space left on device, trying elsewhere\n${much}`));
    assert.equal(cause.kind, 'exit code 2');
  });

  it('say how much is free where the disk was full', () => {
    const given = evidence({ exitCode: 1 }, 'write: No space left on device');
    const room = [
      { folder: '/work', freeBytes: 0 },
      { folder: '/tmp', freeBytes: 5e9 },
    ];
    assert.deepEqual(findCause({ ...given, room }).because, [
      'It wrote: write: No space left on device',
      'Now 0 bytes are free at /work.',
    ]);
  });

  it('name the interpreter that a program asks for in vain', () => {
    const program = {
      path: '/work/train.py',
      state: 'there',
      interpreter: { path: '/opt/gone/python', isThere: false },
    } as const;
    const cause = findCause({ ...evidence({ exitCode: 127 }, 'exec: /work/train.py: not found'), program });
    assert.equal(
      cause.what,
      'The interpreter /opt/gone/python, which the first line of /work/train.py names, is not there.',
    );
  });
});

describe('the lines that tell of an error', () => {
  it('are the last traceback with what it came from, and not the noise before', () => {
    const output = `epoch 1
Traceback (most recent call last):
  File "/a.py", line 1, in load
KeyError: 'x'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/a.py", line 9, in <module>
ValueError: no x`;
    assert.deepEqual(lastErrorLines(lines(output))[0], 'Traceback (most recent call last):');
    assert.equal(lastErrorLines(lines(output)).length, 7);
    assert.equal(lastException(lines(output)), 'ValueError: no x');
  });

  it('are each said once, with how often', () => {
    const noise = Array.from({ length: 50 }, (_, at) => `12:00:${at} WARN retry ${at}`);
    assert.deepEqual(lastErrorLines(['start', ...noise, 'gave up']), [
      'start',
      '12:00:49 WARN retry 49  (50 times)',
      'gave up',
    ]);
  });

  it('are shortened in the middle when a recursion fills the screen', () => {
    const frames = Array.from({ length: 900 }, (_, at) => `  File "/a.py", line ${at}, in f`);
    const shown = lastErrorLines(['Traceback (most recent call last):', ...frames, 'RecursionError: too deep']);
    assert.ok(shown.length < 40, String(shown.length));
    assert.equal(shown.at(-1), 'RecursionError: too deep');
  });

  it('are read through colours, progress bars, ranks and a cut beginning', () => {
    const bytes = Buffer.from('alf a line\n10%\r20%\r\u001b[31mred\u001b[0m\n[rank1]: ValueError: x\n');
    assert.deepEqual(readableLines(bytes, true), ['red', 'ValueError: x']);
  });
});
