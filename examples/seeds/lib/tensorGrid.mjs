/**
 * A grid over a box, seen as a tensor: one mode per argument, or, with quantization, several small modes per argument
 * whose indices are the digits of the grid index. Small modes make every block that the cross looks at small as well.
 */

export function tensorGrid({ lower, upper, sizes, quantization }) {
  /** For each mode: its size, which argument it belongs to, and what one step of it is worth in that argument's index. */
  const modes = sizes.flatMap((size, argument) => {
    const digits = quantization ? primeFactors(size) : [size];
    return digits.map((digit, at) => ({
      size: digit,
      argument,
      weight: digits.slice(at + 1).reduce((product, other) => product * other, 1),
    }));
  });

  return {
    modes,
    /** The point that a full multi-index stands for. */
    pointAt(indices) {
      const steps = sizes.map(() => 0);
      modes.forEach(({ argument, weight }, mode) => (steps[argument] += indices[mode] * weight));
      return steps.map((step, argument) => {
        const intervals = sizes[argument] - 1;
        const low = lower[argument];
        return intervals === 0 ? low : low + ((upper[argument] - low) * step) / intervals;
      });
    },
    /** The multi-index of the grid point that is nearest to a point. */
    indicesNear(point) {
      const steps = sizes.map((size, argument) => {
        const [low, width] = [lower[argument], upper[argument] - lower[argument]];
        const step = width === 0 ? 0 : Math.round(((point[argument] - low) / width) * (size - 1));
        return Math.min(size - 1, Math.max(0, step));
      });
      return modes.map(({ argument, weight, size }) => Math.floor(steps[argument] / weight) % size);
    },
  };
}

/** 12 → [3, 2, 2]; 1 → [1]. */
function primeFactors(number) {
  const factors = [];
  let rest = number;
  for (let factor = 2; factor * factor <= rest; factor += 1) {
    for (; rest % factor === 0; rest /= factor) factors.unshift(factor);
  }
  if (rest > 1 || factors.length === 0) factors.unshift(rest);
  return factors;
}
