/** Ends that have a reason of their own: a limit, a full disk, a signal; and, when nothing else is known, the exit code alone. */
import { describeExitCode } from '../../model/attemptEnd';
import { formatBytes } from '../../model/byteSize';
import { formatDuration } from '../../model/duration';
import { type Cause, findLine, type Rule, wrote } from './evidence';

export const timeLimit: Rule = ({ attempt, detail: { run } }) => {
  if (attempt?.reason !== 'timed out') return undefined;
  const limit = run.timeoutMs === undefined ? 'its limit' : `its limit of ${formatDuration(run.timeoutMs)}`;
  const { startedAtMs, endedAtMs } = attempt;
  const took =
    startedAtMs === undefined || endedAtMs === undefined ? undefined : formatDuration(endedAtMs - startedAtMs);
  const forced = attempt.exitCode === 137;
  return {
    what: `It ran longer than ${limit}, and was ended.`,
    kind: 'time limit',
    because: [
      ...(took === undefined ? [] : [`The attempt took ${took}, the end included.`]),
      ...(attempt.exitCode === undefined
        ? []
        : [
            `It was asked to end${forced ? ', did not within its grace, and was killed' : ''}: ${describeExitCode(attempt.exitCode)}.`,
          ]),
    ],
    todo: [
      'Raise "timeout" in the run file, or leave it out for no limit.',
      'With checkpoints, "retries" and Resume go on where it was; "signal" warns the program ahead of the limit.',
    ],
  };
};

const fullWords =
  /No space left on device|\bENOSPC\b|[Dd]isk quota exceeded|\bEDQUOT\b|database or disk is full|There is not enough space on the disk/;
/** Less is as good as none. */
const littleRoomBytes = 100e6;

export const fullDisk: Rule = (evidence) => {
  const found = findLine(evidence, fullWords);
  if (!found) return undefined;
  const isQuota = /quota/i.test(found.input);
  const { room } = evidence;
  const little = room.filter(({ freeBytes }) => freeBytes < littleRoomBytes);
  const shown = little.length > 0 ? little : room;
  return {
    what: isQuota ? 'It wrote more than your quota of the disk allows.' : 'The disk was full.',
    kind: isQuota ? 'quota exceeded' : 'disk full',
    because: [
      wrote(found),
      ...shown.map(({ folder, freeBytes }) => `Now ${formatBytes(freeBytes)} are free at ${folder}.`),
      ...(room.length > 0 && little.length === 0
        ? ['There is room there by now, or it wrote elsewhere: to /dev/shm, or to a path of its own.']
        : []),
    ],
    todo: [
      'Make room, or let it write elsewhere: "cwd" and "env" (TMPDIR) of the run file say where.',
      'Keep fewer checkpoints: each attempt has a folder of its own.',
    ],
  };
};

interface SignalWords {
  readonly what: string;
  readonly because: string;
  readonly todo: readonly string[];
}

const crash = [
  'Native code does that, such as an extension of Python, CUDA or a library of the wrong version; seldom the script itself.',
  'Python says where with "env": { "PYTHONFAULTHANDLER": "1" }; a debugger (gdb, lldb) says more.',
];

/** By the number of the signal. */
const signals: Readonly<Record<number, SignalWords>> = {
  1: {
    what: 'It was ended by SIGHUP, as when its terminal is closed.',
    because: 'SIGHUP: the terminal or the session that it belonged to ended.',
    todo: ['Look whether the program starts something in a terminal of its own.'],
  },
  2: {
    what: 'It was ended by SIGINT, as by Ctrl+C.',
    because: 'SIGINT is what Ctrl+C sends.',
    todo: ['Look who sent it: the program itself, or somebody with kill -INT.'],
  },
  4: {
    what: 'It crashed: an instruction that this processor does not have (SIGILL).',
    because: 'SIGILL: illegal instruction.',
    todo: ['A binary that was built for another processor does that: install one for this machine.'],
  },
  5: {
    what: 'It crashed: a trap (SIGTRAP).',
    because: 'SIGTRAP: a failed check inside a runtime, such as that of Node or Swift.',
    todo: crash,
  },
  6: {
    what: 'It aborted itself (SIGABRT).',
    because: 'SIGABRT: a failed assertion, an exception of C++ that nobody caught, or a runtime that gave up.',
    todo: ['The last lines below usually name the check that failed.'],
  },
  7: {
    what: 'It crashed: a bus error (SIGBUS).',
    because:
      'SIGBUS: memory that a file stands for could not be read, as when /dev/shm is full or a mapped file was cut off.',
    todo: ['In a container, give /dev/shm more room (docker run --shm-size), or use fewer data loaders.'],
  },
  8: {
    what: 'It crashed: an arithmetic error (SIGFPE).',
    because: 'SIGFPE: a division of a whole number by zero, mostly.',
    todo: crash,
  },
  11: {
    what: 'It crashed: a segmentation fault (SIGSEGV).',
    because: 'SIGSEGV: it touched memory that is not its own.',
    todo: crash,
  },
  13: {
    what: 'It was ended by SIGPIPE: who read its output had gone.',
    because: 'SIGPIPE: a pipe was written to that nobody reads.',
    todo: ['Look at the pipes in its script (| head, | grep -q).'],
  },
  15: {
    what: 'It was ended by SIGTERM, which Sidelab did not send.',
    because: 'SIGTERM asks a program to end: a person, a batch system or the end of a container or login sends it.',
    todo: ['Look who sent it; Resume goes on from its checkpoints.'],
  },
  24: {
    what: 'It used up its limit of processor time (SIGXCPU).',
    because: 'SIGXCPU: ulimit -t was reached.',
    todo: ['Raise the limit where it is submitted: ulimit -t'],
  },
  25: {
    what: 'It wrote a file that is larger than allowed (SIGXFSZ).',
    because: 'SIGXFSZ: ulimit -f was reached.',
    todo: ['Raise the limit where it is submitted: ulimit -f'],
  },
};

export const signalled: Rule = (evidence) => {
  const { attempt, detail } = evidence;
  const code = attempt?.exitCode;
  if (attempt?.reason !== 'failed' || code === undefined || code <= 128) return undefined;
  const known = signals[code - 128];
  if (!known) return undefined;
  const { what, because, todo } = known;
  const said = findLine(
    evidence,
    /Segmentation fault|Bus error|Illegal instruction|Aborted|[Aa]ssertion .*failed|terminate called|Fatal Python error/,
  );
  return {
    what,
    kind: describeExitCode(code),
    because: [
      `Exit code ${code} is 128 + ${code - 128}. ${because}`,
      ...(said ? [wrote(said)] : []),
      ...(detail.run.evidence?.includes('will be tried again') ? ['It will be tried again.'] : []),
    ],
    todo,
  };
};

/** Of a run that failed and of which nothing else is known. */
export function plainEnd({ attempt, detail: { run }, events }: Parameters<Rule>[0]): Cause {
  const said = events.findLast(({ level }) => level === 'error')?.message;
  const code = attempt?.exitCode;
  return {
    what:
      code === undefined
        ? `It ${run.status === 'lost' ? 'was lost' : 'failed'}: ${run.evidence ?? 'nothing is known of why'}.`
        : `The program ended with ${describeExitCode(code)}.`,
    kind: code === undefined ? (run.evidence ?? run.status) : describeExitCode(code),
    because: [
      ...(code === undefined ? [] : ['What an exit code means is up to the program; 0 alone is success.']),
      ...(said === undefined ? [] : [`Its last error event: ${said}`]),
    ],
    todo: ['Look at the last lines below and at its output: it has written no error that is known here.'],
  };
}
