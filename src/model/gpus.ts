/** GPUs as `CUDA_VISIBLE_DEVICES` names them: which of a machine's a program may see, in CUDA's own reading of the variable. */

export const visibleGpusVariable = 'CUDA_VISIBLE_DEVICES';

/** As nvidia-smi lists it. */
export interface Gpu {
  readonly index: number;
  /** "GPU-8932f937-d72c-4106-c12f-20bd9faed9f6" */
  readonly uuid: string;
}

/** A device that a program may see: how it is written, and what it is. */
export interface VisibleGpu {
  readonly word: string;
  /** Its uuid; of a slice of one (MIG) the slice's. */
  readonly key: string;
}

/**
 * `value` is the variable of whoever submits; undefined leaves all. CUDA reads from the left and stops at the first word that
 * names nothing, so that "-1" and an empty text leave none.
 */
export function visibleGpus(gpus: readonly Gpu[], value: string | undefined): readonly VisibleGpu[] {
  if (value === undefined) return gpus.map(({ index, uuid }) => ({ word: String(index), key: uuid }));
  const visible: VisibleGpu[] = [];
  for (const word of value.split(',').map((each) => each.trim())) {
    const key = keyOf(word, gpus);
    if (key === undefined || visible.some((other) => other.key === key)) break;
    visible.push({ word, key });
  }
  return visible;
}

function keyOf(word: string, gpus: readonly Gpu[]): string | undefined {
  // Slices are not listed with the gpus; who names one knows it.
  if (word.startsWith('MIG-')) return word;
  if (/^\d+$/.test(word)) return gpus.find(({ index }) => index === Number(word))?.uuid;
  if (!word.startsWith('GPU-')) return undefined;
  const [found, other] = gpus.filter(({ uuid }) => uuid.startsWith(word));
  return other ? undefined : found?.uuid;
}

/** At most how many of so many gpus the variable leaves, where only their number is known. */
export function countVisibleGpus(count: number, value: string | undefined): number {
  if (value === undefined) return count;
  const words = value.split(',').map((word) => word.trim());
  const end = words.findIndex((word) => !/^(GPU-|MIG-)/.test(word) && !(/^\d+$/.test(word) && Number(word) < count));
  return end < 0 ? words.length : end;
}
