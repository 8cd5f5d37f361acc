/**
 * What the JSON service says of a value that a schema refuses, in words that say what to do. What it says well enough
 * stays as it is: "Value is below the minimum of 1."
 */
import { meantKey } from './check/schemaMends';

export interface Words {
  readonly message: string;
  readonly hint?: string;
}

/** `names` are keys that the schema knows, wherever. */
export function inOwnWords(message: string, names: ReadonlySet<string>): Words {
  for (const [pattern, words] of known) {
    const match = pattern.exec(message);
    if (match) return words(match[1] ?? '', names);
  }
  return { message };
}

const known: readonly (readonly [RegExp, (value: string, names: ReadonlySet<string>) => Words])[] = [
  [/^Property ([^]*) is not allowed\.$/, unknownKey],
  [
    /^Missing property "([^]*)"\.$/,
    (name) => ({ message: `The key ${name} is missing.`, hint: `Add ${JSON.stringify(name)}.` }),
  ],
  [/^Object has fewer properties than the required number of (\d+)$/, (least) => tooFew('This', least)],
  [/^Array has too few items\. Expected (\d+) or more\.$/, (least) => tooFew('This list', least)],
  [/^Object has more properties than limit of (\d+)\.$/, (most) => tooMany('Here', most)],
  [/^Array has too many items\. Expected (\d+) or fewer\.$/, (most) => tooMany('In this list', most)],
  [
    /^String is longer than the maximum length of (\d+)\.$/,
    (most) => ({ message: `This text has more than ${most} characters.`, hint: 'Write a shorter one.' }),
  ],
];

function unknownKey(name: string, names: ReadonlySet<string>): Words {
  const message = `There is no key ${name} here.`;
  if (names.has(name))
    return { message, hint: 'It belongs elsewhere, or does not go with what is beside it: move it, or leave it out.' };
  const near = meantKey(name, names);
  return { message, hint: near === undefined ? 'Leave it out.' : `Did you mean ${JSON.stringify(near)}?` };
}

const tooFew = (what: string, least: string): Words =>
  least === '1'
    ? { message: `${what} is empty.`, hint: 'Write at least one, or leave the key out.' }
    : { message: `${what} has fewer than ${least}.`, hint: `Write at least ${least}.` };

const tooMany = (where: string, most: string): Words => ({
  message: `${where} ${most === '1' ? 'is more than one' : `are more than ${most}`}.`,
  hint: `Keep ${most} at most.`,
});
