import assert from 'node:assert/strict';
import { glob, readFile } from 'node:fs/promises';
import { RunFileSchema } from '../../../src/model/runFile';
import { runFileKeyTests } from './runFileKeyTests';

/** `signal`, `signal.name`, …: every key that has a name of its own, in alternatives and lists too. */
function keysOf(schema: unknown, prefix = ''): readonly string[] {
  if (!isObject(schema)) return [];
  const found = Object.entries(isObject(schema['properties']) ? schema['properties'] : {}).flatMap(([key, value]) => [
    prefix + key,
    ...keysOf(value, `${prefix}${key}.`),
  ]);
  const parts = ['anyOf', 'oneOf', 'allOf', 'items'].flatMap((word) => schema[word]);
  return [...new Set([...found, ...parts.flatMap((part) => keysOf(part, prefix))])];
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

async function titlesOfTests(): Promise<ReadonlySet<string>> {
  const titles = new Set<string>();
  for await (const file of glob('test/**/*.test.ts')) {
    for (const [, , title] of (await readFile(file, 'utf8')).matchAll(/\bit\(\s*(['"`])((?:\\.|(?!\1).)*)\1/g)) {
      if (title !== undefined) titles.add(title.replace(/\\(.)/g, '$1'));
    }
  }
  return titles;
}

describe('the keys of a run file', () => {
  it('have tests of what they do, all of them', () => {
    const keys = keysOf(RunFileSchema);
    // A task and a member have the keys of a run, and some of their own.
    const own = keys.filter((key) => !key.startsWith('group.') || !keys.includes(key.slice('group.'.length)));
    const named = own.map((key) => key.replace(/^group\./, 'tasks.'));
    assert.deepEqual([...new Set(named)].sort(), Object.keys(runFileKeyTests).sort());
  });

  it('have tests that exist', async () => {
    const titles = await titlesOfTests();
    const missing = Object.entries(runFileKeyTests).flatMap(([key, named]) =>
      named.filter((title) => !titles.has(title)).map((title) => `${key}: ${title}`),
    );
    assert.deepEqual(missing, []);
  });
});
