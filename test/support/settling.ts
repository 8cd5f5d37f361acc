/** Waiting until parts that speak to each other within this process have nothing more to say. */

/** More than any exchange of a test takes: a message is a turn of the event loop on each side, an answer two more. */
const turns = 200;

/**
 * Resolves when timers of up to `dueMs` have fired and everything that follows of them without further timers is done.
 * Counted in turns of the event loop: a time alone may end before a single turn on a machine that stood still.
 */
export async function settled(dueMs = 0): Promise<void> {
  if (dueMs > 0) await new Promise((resolve) => setTimeout(resolve, dueMs));
  for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
