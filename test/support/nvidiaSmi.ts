/**
 * A stand-in for `nvidia-smi`, for machines without a gpu: an executable on the PATH that prints what the real one prints for
 * the two questions that the engine asks. Which gpus there are and who computes on them is in files that a test writes.
 */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export class NvidiaSmi {
  /** First in a PATH, it is found before a real one. */
  readonly folder: string;

  constructor(folder: string, count: number) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true });
    const list = Array.from({ length: count }, (_, index) => `${index}, ${uuidOf(index)}\n`).join('');
    writeFileSync(path.join(folder, 'gpus.csv'), list);
    this.use();
    const script = `#!/bin/sh
# Stand-in of Sidelab's tests for NVIDIA's program.
case $* in
  "--query-gpu=index,uuid --format=csv,noheader,nounits") exec cat '${folder}/gpus.csv' ;;
  "--query-compute-apps=gpu_uuid,pid --format=csv,noheader,nounits") exec cat '${folder}/apps.csv' ;;
esac
echo "nvidia-smi: the stand-in does not know $*" >&2
exit 2
`;
    writeFileSync(path.join(folder, 'nvidia-smi'), script);
    chmodSync(path.join(folder, 'nvidia-smi'), 0o755);
  }

  /** Other programs compute on these. */
  use(...indices: readonly number[]): void {
    const text = indices.map((index) => `${uuidOf(index)}, ${4000 + index}\n`).join('');
    writeFileSync(path.join(this.folder, 'apps.csv'), text);
  }
}

const uuidOf = (index: number): string => `GPU-${index}932f937-d72c-4106-c12f-20bd9faed9f6`;
