/**
 * What a run file calls `parameters`, as the program sees them: a JSON file named by SIDELAB_PARAMETERS.
 */
import { readFileSync } from 'node:fs';

/**
 * Returns the defaults with the run's parameters over them; started by hand, just the defaults.
 * A name that has no default is refused, because a misspelt parameter that is silently ignored costs a day.
 */
export function readParameters(defaults, path = process.env.SIDELAB_PARAMETERS) {
  const given = path ? JSON.parse(readFileSync(path, 'utf8')) : {};
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(defaults, name)) {
      throw new Error(`Unknown parameter "${name}". There are: ${Object.keys(defaults).join(', ')}.`);
    }
  }
  return { ...defaults, ...given };
}
