/** What a run takes of a machine while it executes. */
import { type Static, Type } from '@sinclair/typebox';

export const DemandSchema = Type.Object({
  /** Absent: one, or less where more runs than cpus are allowed at once. */
  cpus: Type.Optional(Type.Number({ minimum: 0 })),
  memoryBytes: Type.Optional(Type.Number({ minimum: 0 })),
  gpus: Type.Optional(Type.Integer({ minimum: 0 })),
});
export type Demand = Static<typeof DemandSchema>;
