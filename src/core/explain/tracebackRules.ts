/** How tracebacks are told from other lines, for whoever reads outputs. */

/** Launchers of several processes (torchrun) put the process before each line: "[rank0]: ", "[0]: ". */
const rank = /^\[(?:rank)?\d+\]: ?/;
/** So does srun with --label, "0: ", which other programs write too: good to tell lines apart, not to be left out. */
const label = /^\d{1,5}: /;

export const rankOf = (line: string): string => (rank.exec(line) ?? label.exec(line))?.[0] ?? '';

export const withoutRank = (line: string): string => line.replace(rank, '');

export const tracebackStart = /^(?:Traceback \(most recent call last\)|\s*\+ Exception Group Traceback)/;
/** Between a traceback and the one that came of it. */
export const chained = /^(?:The above exception was the direct cause|During handling of the above exception)/;

/** "ValueError: bad shape", as Python and Node end with; a group of words before it is the module. */
export const errorHead =
  /^(?:Uncaught )?(?:[A-Za-z_][\w.]*\.)?(?:[A-Z]\w*)?(?:Error|Exception|Interrupt|Exit)(?: \[\w+\])?(?:: |$)/;
/** A place in a stack of Node. */
export const nodeFrame = /^\s+at \S/;
