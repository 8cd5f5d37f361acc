/**
 * A derivative-free minimiser over a grid, in the manner of TTOpt (Sozykin and others, 2022), on which TetraOpt says it is
 * built; written anew from the idea, and simpler: where TTOpt takes rows by the maximum volume principle, this one takes
 * them by Gaussian elimination with complete pivoting, and the best points found always stay among them.
 *
 * The grid is a tensor with an index per mode. For each place between two modes there is a set of at most `rank` left parts
 * of indices and one of right parts. A sweep goes through the modes: at each it evaluates all combinations of left parts,
 * the mode's indices and right parts, and keeps the rows (then, on the way back, columns) of this block that span it best,
 * after a change of scale in which low values are large. So the sets gather where the function is low, at a cost of
 * rank² × size per mode, whatever the size of the grid.
 */

/**
 * @param grid from `tensorGrid`
 * @param values asks for the values of points: async (points) => numbers
 * @param discard how many parts of each set give way to random ones after an iteration
 * @param onIteration told ({ iteration, best, values }); returns true to stop
 */
export async function minimizeOnGrid({ grid, values, rank, iterations, discard, starts, random, onIteration }) {
  const { modes } = grid;
  const randomParts = (from, to) => modes.slice(from, to).map(({ size }) => Math.floor(random() * size));
  const randomIndices = () => randomParts(0, modes.length);
  let best = { value: Infinity, indices: randomIndices() };

  // rights[m]: parts of the modes after m; lefts[m]: parts of the modes before m.
  const seeds = [...starts, ...Array.from({ length: rank }, randomIndices)].slice(0, Math.max(rank, starts.length));
  let rights = modes.map((_, mode) => distinct(seeds.map((indices) => indices.slice(mode + 1))));
  const lefts = modes.map(() => [[]]);

  /** Evaluates the block of one mode; rows are left parts with the mode's index, columns are right parts. */
  async function look(mode) {
    const indices = Array.from({ length: modes[mode].size }, (_, index) => index);
    const rows = lefts[mode].flatMap((left) => indices.map((index) => [...left, index]));
    const columns = rights[mode];
    const full = rows.map((row) => columns.map((column) => [...row, ...column]));
    const seen = await values(full.flat().map((each) => grid.pointAt(each)));
    seen.forEach((value, at) => {
      const indicesAt = full[Math.floor(at / columns.length)][at % columns.length];
      if (value < best.value) best = { value, indices: indicesAt };
    });
    // Low values become large, and the scale is that of this block.
    const lowest = Math.min(...seen);
    const scale = seen.reduce((sum, value) => sum + value - lowest, 0) / seen.length || 1;
    const weights = rows.map((_, row) =>
      columns.map((__, column) => Math.exp(-(seen[row * columns.length + column] - lowest) / scale)),
    );
    return { rows, indices, left: lefts[mode], columns, weights };
  }

  for (let iteration = 1; iteration <= iterations; iteration += 1) {
    for (let mode = 0; mode < modes.length; mode += 1) {
      const { rows, weights } = await look(mode);
      if (mode + 1 === modes.length) break;
      const kept = pivotRows(weights, rank).map((row) => rows[row]);
      lefts[mode + 1] = keep(best.indices.slice(0, mode + 1), kept, rank);
    }
    for (let mode = modes.length - 1; mode > 0; mode -= 1) {
      const { left, indices, columns, weights } = await look(mode);
      // The same block with the mode's index on the other side.
      const parts = indices.flatMap((index) => columns.map((column) => [index, ...column]));
      const turned = parts.map((_, part) => {
        const index = Math.floor(part / columns.length);
        return left.map((__, at) => weights[at * indices.length + index][part % columns.length]);
      });
      const kept = pivotRows(turned, rank).map((part) => parts[part]);
      rights[mode - 1] = keep(best.indices.slice(mode), kept, rank);
    }
    const stop = onIteration({ iteration, best: best.value, point: grid.pointAt(best.indices) });
    if (stop) break;
    rights = rights.map((parts, mode) => {
      const fresh = Array.from({ length: discard }, () => randomParts(mode + 1, modes.length));
      return distinct([...parts.slice(0, Math.max(1, parts.length - discard)), ...fresh]);
    });
  }
  return { value: best.value, point: grid.pointAt(best.indices) };
}

/** Rows of the pivots of a Gaussian elimination with complete pivoting: the rows that span the matrix best, best first. */
function pivotRows(matrix, limit) {
  const rest = matrix.map((row) => [...row]);
  const picked = [];
  const width = rest[0]?.length ?? 0;
  while (picked.length < Math.min(limit, rest.length, width)) {
    let pivot = { size: 1e-12, row: -1, column: -1 };
    rest.forEach((values, row) =>
      values.forEach((value, column) => {
        if (Math.abs(value) > pivot.size) pivot = { size: Math.abs(value), row, column };
      }),
    );
    if (pivot.row < 0) break;
    picked.push(pivot.row);
    const pivotRow = [...rest[pivot.row]];
    for (const values of rest) {
      const factor = values[pivot.column] / pivotRow[pivot.column];
      if (factor !== 0) values.forEach((value, column) => (values[column] = value - factor * pivotRow[column]));
    }
  }
  return picked;
}

/** The best point's part first, then the others, at most `limit`. */
const keep = (best, parts, limit) => distinct([best, ...parts]).slice(0, limit);

const distinct = (parts) => [...new Map(parts.map((part) => [part.join(), part])).values()];
