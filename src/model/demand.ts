/** What a run takes of a machine while it executes, and what a machine has. */
import { type Static, Type } from '@sinclair/typebox';
import { formatBytes } from './byteSize';

export const DemandSchema = Type.Object({
  /** Absent: one, or less where more runs than cpus are allowed at once. */
  cpus: Type.Optional(Type.Number({ minimum: 0 })),
  memoryBytes: Type.Optional(Type.Number({ minimum: 0 })),
  gpus: Type.Optional(Type.Integer({ minimum: 0 })),
});
export type Demand = Static<typeof DemandSchema>;

export const CapacitySchema = Type.Object({
  /** How many attempts at once, whatever they take. */
  atOnce: Type.Integer({ minimum: 0 }),
  cpus: Type.Number({ minimum: 0 }),
  memoryBytes: Type.Number({ minimum: 0 }),
  gpus: Type.Integer({ minimum: 0 }),
});
/** What there is to share out. */
export type Capacity = Static<typeof CapacitySchema>;

export type Resource = 'cpus' | 'memory' | 'gpus';

/** "4 cpus", "1 gpu", "16 GB of memory". */
export function describeAmount(resource: Resource, amount: number): string {
  if (resource === 'memory') return `${formatBytes(Math.round(amount))} of memory`;
  const rounded = Math.round(amount * 100) / 100;
  return `${rounded} ${rounded === 1 ? resource.slice(0, -1) : resource}`;
}

/** "4 cpus, 16 GB of memory, 1 gpu"; empty where nothing is said. */
export function describeDemand({ cpus, memoryBytes, gpus }: Demand): string {
  const amounts = [['cpus', cpus] as const, ['memory', memoryBytes] as const, ['gpus', gpus] as const];
  return amounts.flatMap(([name, amount]) => (amount === undefined ? [] : describeAmount(name, amount))).join(', ');
}

/** The first thing that a run asks for more of than the machine has, all else ended; undefined when it fits. */
export function findExcess(
  demand: Demand,
  capacity: Capacity,
): { readonly resource: Resource; readonly asked: number; readonly has: number } | undefined {
  const compared = [
    ['cpus', demand.cpus ?? 0, capacity.cpus],
    ['memory', demand.memoryBytes ?? 0, capacity.memoryBytes],
    ['gpus', demand.gpus ?? 0, capacity.gpus],
  ] as const;
  const [found] = compared.filter(([, asked, has]) => asked > has);
  return found && { resource: found[0], asked: found[1], has: found[2] };
}

/** "asks for 64 cpus, and this machine has 8". `leftBy` is what leaves it less than the machine has. */
export function describeExcess(
  { resource, asked, has }: NonNullable<ReturnType<typeof findExcess>>,
  leftBy?: string,
): string {
  const amount = resource === 'memory' ? formatBytes(has) : String(has);
  const rest = leftBy === undefined ? `this machine has ${amount}` : `${leftBy} leaves it ${amount}`;
  return `asks for ${describeAmount(resource, asked)}, and ${rest}`;
}
