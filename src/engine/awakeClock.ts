/**
 * Time that stands still while the machine sleeps: what a time limit is counted in. Comparable between processes of one
 * boot (CLOCK_MONOTONIC on Linux, mach_absolute_time on macOS, by way of libuv), and it does not jump when the clock on
 * the wall is set.
 */
export type AwakeClock = () => number;

/** Milliseconds since some moment of this boot. */
export const systemAwakeClock: AwakeClock = () => Number(process.hrtime.bigint() / 1000n) / 1000;
