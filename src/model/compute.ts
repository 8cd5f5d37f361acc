/**
 * Computes: what a run takes of the machine that executes it, in the run file's own words. A compute stands in the run file,
 * or has a name in `.sidelab/compute.json` (JSON with comments) of a folder at or above it:
 *
 *     { "small": { "cpus": 2, "memory": "4 GB" }, "gpu": { "cpus": 4, "gpus": 1 } }
 */
import { type Static, Type } from '@sinclair/typebox';
import { byteSizePattern, parseByteSize } from './byteSize';
import { type Demand, describeDemand } from './demand';

const memoryHelp = 'Write a size such as "512 MB" or "16 GiB", or MiB as a number.';

export const ComputeSchema = Type.Object(
  {
    executor: Type.Optional(
      Type.Literal('local', {
        default: 'local',
        description: 'How it is executed. `local`: as processes of this machine.',
      }),
    ),
    cpus: Type.Optional(
      Type.Number({
        minimum: 0,
        description:
          'Processors that it keeps busy, or a part of one. It starts when so many are free. Default: one, or less where more runs are allowed at once than there are processors.',
        examples: [4, 0.5],
      }),
    ),
    memory: Type.Optional(
      Type.Union(
        [
          // For a text that is no size the service speaks of the first alternative.
          Type.Number({ minimum: 0, errorMessage: memoryHelp }),
          Type.String({ pattern: byteSizePattern, patternErrorMessage: memoryHelp }),
        ],
        {
          description:
            'Memory that it needs: a text such as "16 GB" or "512 MiB", or a number of MiB. It starts when so much is not promised to others; it is not held to it. Default: not counted.',
          examples: ['4 GB', 512],
        },
      ),
    ),
    gpus: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 1024,
        description:
          'GPUs that it gets for itself: `CUDA_VISIBLE_DEVICES` names them. 0 hides all of them. Default: none are set aside, and the variable stays as it is.',
        examples: [1],
      }),
    ),
  },
  { additionalProperties: false },
);
export type Compute = Static<typeof ComputeSchema>;

/** Computes by their names. */
export const ComputeFileSchema = Type.Unsafe<Readonly<Record<string, Compute>>>(
  Type.Object(
    { $schema: Type.Optional(Type.String({ description: 'A JSON schema for editors; not read here.' })) },
    { additionalProperties: ComputeSchema },
  ),
);

export const demandOf = ({ cpus, memory, gpus }: Compute): Demand => ({
  ...(cpus === undefined ? {} : { cpus }),
  ...(memory === undefined ? {} : { memoryBytes: parseByteSize(memory) }),
  ...(gpus === undefined ? {} : { gpus }),
});

/** "4 cpus, 16 GB of memory": beside its name. */
export const describeCompute = (compute: Compute): string => describeDemand(demandOf(compute));
