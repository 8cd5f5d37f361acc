/**
 * What the JSON service says of a value that a schema refuses, in words that say what to do. What it says well enough
 * stays as it is: "Value is below the minimum of 1."
 */
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
  const [near] = Array.from(names, (other) => ({ other, away: distance(name, other) }))
    .filter(({ other, away }) => away <= Math.max(1, Math.floor(Math.min(name.length, other.length) / 3)))
    .sort((a, b) => a.away - b.away);
  return { message, hint: near ? `Did you mean ${JSON.stringify(near.other)}?` : 'Leave it out.' };
}

const tooFew = (what: string, least: string): Words =>
  least === '1'
    ? { message: `${what} is empty.`, hint: 'Write at least one, or leave the key out.' }
    : { message: `${what} has fewer than ${least}.`, hint: `Write at least ${least}.` };

const tooMany = (where: string, most: string): Words => ({
  message: `${where} ${most === '1' ? 'is more than one' : `are more than ${most}`}.`,
  hint: `Keep ${most} at most.`,
});

/** How many letters are to be put in, left out or changed to make one of the other. */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 3) return Infinity;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [at, letter] of [...a].entries()) {
    const next = [at + 1];
    for (const [index, other] of [...b].entries()) {
      const changed = (row[index] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(changed, (row[index + 1] ?? 0) + 1, (next[index] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
