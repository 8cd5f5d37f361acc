/** When the gpus are looked at: what other programs use changes by itself, and asking costs a process. Never without a reason. */
import type { Clock } from '../../base/clock';
import type { Disposable } from '../../base/lifecycle';
import type { NvidiaGpus } from '../execute/local/nvidiaGpus';
import type { Room } from './room';

/** How long what was seen is believed, and how often it is looked again while a run waits for a gpu. */
const freshMs = 2000;
const againMs = 5000;

export interface GpuLookContext {
  readonly gpus: NvidiaGpus;
  readonly clock: Clock;
  readonly room: Room;
  /** Something may start now. */
  readonly onSeen: () => void;
}

export class GpuLook implements Disposable {
  readonly #context: GpuLookContext;
  #seenAtMs = -Infinity;
  #looking: Promise<void> | undefined;
  #again: Disposable | undefined;

  constructor(context: GpuLookContext) {
    this.#context = context;
  }

  /** A run waits for a gpu: they are given away by what is seen of them now. */
  await(): void {
    const { clock, room, onSeen } = this.#context;
    if (clock.nowMs() - this.#seenAtMs > freshMs) room.forgetGpus();
    if (!room.gpusAreFresh) void this.look(0);
    this.#again ??= clock.after(againMs, () => {
      this.#again = undefined;
      onSeen();
    });
  }

  /** What is known of them is at most so old when this resolves. Never rejects. */
  async look(maxAgeMs: number): Promise<void> {
    const { clock, gpus, room, onSeen } = this.#context;
    if (maxAgeMs > 0 && clock.nowMs() - this.#seenAtMs <= maxAgeMs) return;
    this.#looking ??= gpus.read().then((seen) => {
      this.#looking = undefined;
      this.#seenAtMs = clock.nowMs();
      room.seeGpus(seen.gpus, seen.inUse);
      onSeen();
    });
    await this.#looking;
  }

  dispose(): void {
    this.#again?.dispose();
  }
}
