/** Sizes as people read them, "999 bytes", "1.0 kB", "12 MB", and as they write them in run files: "16 GB", "512 MiB", 4096. */
import { Failure } from '../base/failure';

export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[power - 1]}`;
}

const unitBytes = {
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
} as const;

/** What a size text must look like; the run file's schema shows it while typing. "16 G" could mean either. */
export const byteSizePattern = '^\\s*\\d+(\\.\\d+)?\\s*([kK]B|MB|GB|TB|KiB|MiB|GiB|TiB)\\s*$';

/** Bytes of a size; a bare number is MiB. Throws `InvalidInput` for anything else. */
export function parseByteSize(value: number | string): number {
  if (typeof value === 'number') {
    if (Number.isFinite(value) && value >= 0) return Math.ceil(value * unitBytes.MiB);
  } else {
    const match = /^\s*(\d+(?:\.\d+)?)\s*([a-z]+)\s*$/i.exec(value);
    const unit = match?.[2];
    if (match && unit !== undefined && Object.hasOwn(unitBytes, unit)) {
      return Math.ceil(Number(match[1]) * unitBytes[unit as keyof typeof unitBytes]);
    }
  }
  throw new Failure('InvalidInput', `"${value}" is not a size.`, {
    hint: 'Write MiB as a number, or a text such as "512 MB" or "16 GiB".',
  });
}
