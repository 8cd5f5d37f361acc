/** Memory ran out: in the program's own words, or by a SIGKILL that looks like the system's. */
import { formatBytes } from '../../model/byteSize';
import type { Attempt } from '../../model/run';
import { type Cause, findLine, type Rule, wrote } from './evidence';

const words =
  /^MemoryError\b|\bnumpy\S*ArrayMemoryError|\bstd::bad_alloc\b|JavaScript heap out of memory|java\.lang\.OutOfMemoryError|[Cc]annot allocate memory|\bENOMEM\b|memory allocation of \d+ bytes failed|[Vv]irtual memory exhausted|^[Oo]ut of memory\b/;
const gpuWords =
  /CUDA out of memory|torch\.(?:cuda\.)?OutOfMemoryError|CUDA_ERROR_OUT_OF_MEMORY|hipErrorOutOfMemory|RESOURCE_EXHAUSTED: .*[Oo]ut of memory/;

const sigkill = 137;
/** A sampled peak that comes this near to what there is. */
const nearlyAll = 0.8;

export const gpuMemory: Rule = (evidence) => {
  const found = findLine(evidence, gpuWords);
  if (!found) return undefined;
  const { gpus } = evidence.attempt ?? {};
  return {
    what: 'The memory of the GPU ran out.',
    kind: 'GPU memory ran out',
    because: [wrote(found), ...(gpus?.length ? [`It was given GPU ${gpus.join(', ')}.`] : [])],
    todo: [
      'Make the batch or the model smaller, or accumulate gradients over several batches.',
      'Look with nvidia-smi whether another program holds memory of that GPU; "compute": { "gpus": 1 } gives runs GPUs of their own.',
    ],
  };
};

export const programMemory: Rule = (evidence) => {
  const found = findLine(evidence, words);
  if (!found) return undefined;
  const heap = /JavaScript heap|java\.lang/.test(found.input);
  return {
    what: 'The program ran out of memory.',
    kind: 'out of memory',
    because: [wrote(found), ...describeMemory(evidence.attempt)],
    todo: [
      heap
        ? 'Give its heap more room: node --max-old-space-size=8192, java -Xmx8g.'
        : 'Make what it holds at once smaller, or run it where there is more memory.',
      ...(heap ? [] : ['Look whether a limit is set where it was submitted: ulimit -v']),
    ],
  };
};

/** An end by SIGKILL that nobody here has sent. */
export const killed: Rule = (evidence) => {
  const { attempt } = evidence;
  if (attempt?.exitCode !== sigkill || attempt.reason !== 'failed') return undefined;
  const how = 'Exit code 137 is 128 + 9: SIGKILL ended the program. Sidelab did not send it.';
  const because = [how, ...describeMemory(attempt)];
  const { oomKillsInGroup, oomKillsOnMachine } = attempt.memory ?? {};
  const share = shareOfMemory(attempt);
  if ((oomKillsInGroup ?? 0) > 0) return memoryCause('The kernel killed the program because memory ran out.', because);
  if ((oomKillsOnMachine ?? 0) > 0 || (share ?? 0) >= nearlyAll) {
    return memoryCause('The program was killed, most likely because memory ran out.', because);
  }
  const isDenied = oomKillsOnMachine === 0;
  return {
    what: isDenied
      ? 'The program was killed by SIGKILL, and not by the kernel for want of memory.'
      : 'The program was killed by SIGKILL, as the system does when memory runs out, or somebody with kill -9.',
    kind: 'killed by SIGKILL',
    because,
    todo: isDenied
      ? [
          'Look who sends it: a person, the program itself or a part of it, a batch system, the end of a container, or a guard of memory beside the kernel (systemd-oomd, earlyoom).',
        ]
      : memoryTodo,
  };
};

/** A part of it, such as a data loader, was killed, and the rest has noticed. */
export const partKilled: Rule = (evidence) => {
  const found = findLine(
    evidence,
    /killed by signal: (?:Killed|Bus error)|terminated abruptly while the future|exitcode:? -9\b/,
  );
  if (!found) return undefined;
  const isBus = /Bus error/.test(found.input);
  return {
    what: isBus
      ? 'A part of the program crashed with a bus error.'
      : 'A process that the program had started was killed.',
    kind: isBus ? 'bus error in a part of it' : 'a part of it was killed',
    because: [wrote(found), ...describeMemory(evidence.attempt)],
    todo: [
      isBus
        ? 'In a container, give /dev/shm more room (docker run --shm-size), or use fewer data loaders.'
        : 'Mostly memory ran out: use fewer workers (data loaders), or make what each holds smaller.',
    ],
  };
};

/** Its processes are gone, wrapper and all, and no record was left. */
export const lost: Rule = ({ attempt, detail: { run } }) => {
  if (attempt?.reason !== 'lost' && run.status !== 'lost') return undefined;
  const memory = (attempt?.memory?.oomKillsInGroup ?? 0) > 0;
  return {
    what: memory
      ? 'Its processes are gone without an exit code; the kernel killed for want of memory meanwhile.'
      : 'Its processes are gone without an exit code: all of them were killed at once.',
    kind: 'lost',
    because: [
      'No exit record was written, and no process of the run is left.',
      ...(attempt ? describeMemory(attempt) : []),
    ],
    todo: [
      'A restart of the machine, a logout, or the end of a container does that, and so does kill -9 of the whole process group.',
      'Resume goes on from its checkpoints, Retry begins anew.',
    ],
  };
};

const memoryTodo = [
  'Make what it holds at once smaller, or run fewer at once: "compute": { "memory": "8 GB" } keeps others out meanwhile.',
  'Resume goes on from its checkpoints, if it has saved some.',
];

const memoryCause = (what: string, because: readonly string[]): Cause => ({
  what,
  kind: 'out of memory',
  because,
  todo: memoryTodo,
});

const shareOfMemory = ({ peakMemoryBytes, memory }: Attempt): number | undefined =>
  peakMemoryBytes === undefined || memory === undefined ? undefined : peakMemoryBytes / memory.limitBytes;

/** What it held, and what the kernel has counted, each a sentence. */
export const describeMemory = (attempt: Attempt | undefined): readonly string[] => [
  ...describePeak(attempt),
  ...describeKills(attempt),
];

export function describePeak(attempt: Attempt | undefined): readonly string[] {
  const { peakMemoryBytes, memory } = attempt ?? {};
  const limit = memory && formatBytes(memory.limitBytes);
  if (peakMemoryBytes !== undefined) {
    const of = limit === undefined ? '' : ` of ${limit}`;
    return [`It held ${formatBytes(peakMemoryBytes)}${of} at its peak, as sampled every few seconds.`];
  }
  return limit === undefined ? [] : [`It ended before its memory was looked at; there is ${limit}.`];
}

function describeKills(attempt: Attempt | undefined): readonly string[] {
  const { oomKillsInGroup: near, oomKillsOnMachine: far } = attempt?.memory ?? {};
  const killed = (count: number, where: string): string =>
    `Meanwhile the kernel killed ${count === 0 ? 'no' : count} ${count === 1 ? 'process' : 'processes'} for want of memory${where}.`;
  if (near !== undefined && near > 0) return [killed(near, ' in the control group that it ran in')];
  if (far === undefined) return near === undefined ? [] : [killed(0, ' in the control group that it ran in')];
  if (far === 0) return [killed(0, '')];
  return [
    killed(far, near === undefined ? ' on this machine' : ' on this machine, none in the control group that it ran in'),
  ];
}
