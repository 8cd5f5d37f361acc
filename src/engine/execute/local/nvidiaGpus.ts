/**
 * The GPUs of this machine, and which of them are in use, as `nvidia-smi` tells. A machine without it has none. What it says
 * is kept: asking takes up to seconds.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { hasErrorCode, messageOf } from '../../../base/failure';
import type { Log } from '../../../base/log';
import type { Gpu } from '../../../model/gpus';

export interface GpuReading {
  readonly gpus: readonly Gpu[];
  /** Uuids of those that some process computes on, ours included. */
  readonly inUse: ReadonlySet<string>;
}

const program = 'nvidia-smi';
const limitMs = 10_000;
const noGpus: GpuReading = { gpus: [], inUse: new Set() };

export class NvidiaGpus {
  readonly #env: NodeJS.ProcessEnv;
  readonly #log: Log;
  #last = noGpus;
  #reading: Promise<GpuReading> | undefined;

  /** `env` says where the program is found. */
  constructor(env: NodeJS.ProcessEnv, log: Log) {
    this.#env = env;
    this.#log = log;
  }

  /** Never rejects. Who asks while it is being asked gets the same answer. */
  async read(): Promise<GpuReading> {
    this.#reading ??= this.#read().finally(() => (this.#reading = undefined));
    return this.#reading;
  }

  async #read(): Promise<GpuReading> {
    try {
      const gpus = (await this.#query('--query-gpu=index,uuid')).flatMap(([index, uuid]) =>
        uuid?.startsWith('GPU-') ? [{ index: Number(index), uuid }] : [],
      );
      const inUse = gpus.length === 0 ? [] : await this.#query('--query-compute-apps=gpu_uuid,pid');
      this.#last = { gpus, inUse: new Set(inUse.map(([uuid = '']) => uuid)) };
    } catch (error) {
      if (hasErrorCode(error, 'ENOENT')) return noGpus;
      this.#log.warn(`${program} does not say which gpus there are: ${messageOf(error)}`);
      // Nothing is known of them: none is given away until it answers again.
      this.#last = { gpus: this.#last.gpus, inUse: new Set(this.#last.gpus.map(({ uuid }) => uuid)) };
    }
    return this.#last;
  }

  async #query(what: string): Promise<readonly (readonly string[])[]> {
    const { stdout } = await promisify(execFile)(program, [what, '--format=csv,noheader,nounits'], {
      env: this.#env,
      timeout: limitMs,
    });
    return stdout
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => line.split(',').map((field) => field.trim()));
  }
}
