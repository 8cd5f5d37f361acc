/** What can be written next in a filter, where the cursor is: keys, their values, parameters. Pure, and asked with every key that is pressed. */
import type { FilterWords } from '../source';
import { filterKeys, type FilterKey, filterWords, quotedValue, statusWords } from '../../model/runFilterText';
import { runStatuses } from '../../model/runStatus';

export interface FilterCompletion {
  /** The whole text with it. */
  readonly text: string;
  /** What is put in, to be read. */
  readonly label: string;
  readonly detail: string;
}

export interface KnownWords extends FilterWords {
  readonly experiments: readonly string[];
}

const most = 50;

/** The cursor is at the end of the text. */
export function filterCompletions(text: string, known: KnownWords): readonly FilterCompletion[] {
  const last = filterWords(text).at(-1);
  const word = last && last.to === text.length ? last : undefined;
  const before = text.slice(0, word?.from ?? text.length);
  const dash = word?.not ? '-' : '';
  const typed = word?.values.at(-1) ?? '';
  if (word?.key !== undefined) {
    // Those before the last comma stay as they are.
    const others = word.values.slice(0, -1).map(quotedValue);
    const begun = text.endsWith(',') ? '' : typed;
    const kept = text.endsWith(',') ? word.values.map(quotedValue) : others;
    return fitting(valuesOf(word.key, known), begun)
      .filter(({ word: value }) => !kept.includes(quotedValue(value)))
      .map(({ word: value, detail }) => {
        const label = `${dash}${word.key}${word.sign}${[...kept, quotedValue(value)].join(',')}`;
        return { text: `${before}${label}`, label, detail };
      });
  }
  const keys = Object.entries(filterKeys).map(([key, detail]) => ({ word: `${key}:`, detail }));
  const parameters = known.parameters.map(([path, value]) => ({
    word: `${path}=`,
    detail: `parameter, such as ${value}`,
  }));
  return fitting([...keys, ...parameters], typed).map(({ word: label, detail }) => ({
    text: `${before}${dash}${label}`,
    label: `${dash}${label}`,
    detail,
  }));
}

interface Word {
  readonly word: string;
  readonly detail: string;
}

/** Those that begin with it come first. */
function fitting(words: readonly Word[], typed: string): readonly Word[] {
  const begun = typed.toLowerCase();
  const found = words.filter(({ word }) => word !== typed && word.toLowerCase().includes(begun));
  const begins = (word: string): number => (word.toLowerCase().startsWith(begun) ? 0 : 1);
  return found.sort((a, b) => begins(a.word) - begins(b.word)).slice(0, most);
}

function valuesOf(key: string, known: KnownWords): Word[] {
  const plain = (words: readonly string[], detail: string): Word[] => words.map((word) => ({ word, detail }));
  const ofKey: Readonly<Partial<Record<FilterKey, () => Word[]>>> = {
    status: () => [
      ...plain(runStatuses, 'status'),
      ...Object.entries(statusWords).map(([word, statuses]) => ({ word, detail: statuses.join(', ') })),
    ],
    tag: () => plain(known.tags, 'tag'),
    experiment: () => plain(known.experiments, 'experiment'),
    folder: () => plain(known.folders, 'folder'),
    is: () => plain(['pinned'], 'favourites'),
    since: () => times,
    before: () => times,
  };
  if (Object.hasOwn(ofKey, key)) return ofKey[key as FilterKey]?.() ?? [];
  return known.parameters.filter(([path]) => path === key).map(([, word]) => ({ word, detail: 'a value of it' }));
}

const times: Word[] = [
  { word: 'today', detail: 'since midnight' },
  { word: 'yesterday', detail: 'since midnight of the day before' },
  { word: '2h', detail: 'two hours ago' },
  { word: '3d', detail: 'three days ago' },
  { word: '1w', detail: 'a week ago' },
];
