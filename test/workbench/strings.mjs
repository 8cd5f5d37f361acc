/**
 * npm run strings: puts what users read where translators find it. The texts of package.json are moved to package.nls.json, and leave keys
 * in their place: what is there already stays, keys that nothing uses any more go. The messages of the sources are listed in
 * l10n/bundle.l10n.json. A test says when it is to be run.
 */
import fs from 'node:fs';
import { fail } from './bootstrap.mjs';
import { collectMessages, messageSources } from './messages.mjs';
import { inRoot } from './paths.mjs';

/** Where texts are, and what they are called there: `*` is every member of a list or an object, by its id. */
const places = [
  'displayName',
  'description',
  'capabilities.*.description',
  'contributes.commands.*.title',
  'contributes.submenus.*.label',
  'contributes.viewsContainers.*.*.title',
  'contributes.views.*.*.name',
  'contributes.views.*.*.contextualTitle',
  'contributes.viewsWelcome.*.contents',
  'contributes.configuration.title',
  'contributes.configuration.properties.*.description',
  'contributes.configuration.properties.*.markdownDescription',
  'contributes.configuration.properties.*.enumDescriptions.*',
  'contributes.walkthroughs.*.title',
  'contributes.walkthroughs.*.description',
  'contributes.walkthroughs.*.steps.*.title',
  'contributes.walkthroughs.*.steps.*.description',
  'contributes.walkthroughs.*.steps.*.media.altText',
];

const isKey = (/** @type {string} */ text) => /^%[\w.-]+%$/.test(text);

/** @typedef {{ readonly key: string; readonly text: string; set: (text: string) => void }} Found */

/**
 * Every text of a manifest that users read.
 * @param {unknown} manifest
 * @returns {Found[]}
 */
export function findTexts(manifest) {
  return places.flatMap((place) => find(manifest, place.split('.'), []));
}

/**
 * @param {unknown} at
 * @param {readonly string[]} way
 * @param {readonly string[]} names
 * @returns {Found[]}
 */
function find(at, way, names) {
  const [step, ...rest] = way;
  if (step === undefined || typeof at !== 'object' || at === null) return [];
  const members = /** @type {Record<string, unknown>} */ (at);
  const keys = step === '*' ? Object.keys(members) : step in members ? [step] : [];
  return keys.flatMap((key) => {
    const member = members[key];
    const named = [...names, step === '*' ? nameOf(member, key) : step];
    if (rest.length > 0) return find(member, rest, named);
    if (typeof member !== 'string') return [];
    const set = (/** @type {string} */ text) => void (members[key] = text);
    return [{ key: named.join('.').replace(/^contributes\.|sidelab\./g, ''), text: member, set }];
  });
}

/** @param {unknown} member @param {string} key */
function nameOf(member, key) {
  if (typeof member !== 'object' || member === null || !/^\d+$/.test(key)) return key;
  const { command, id } = /** @type {{ command?: unknown; id?: unknown }} */ (member);
  const name = command ?? id;
  return typeof name === 'string' ? name : key;
}

/** The messages of the sources, as they are without a translation. */
export const bundleFile = inRoot('l10n', 'bundle.l10n.json');

/** @param {unknown} json */
const asFile = (json) => `${JSON.stringify(json, null, 2)}\n`;

function listMessages() {
  const { bundle, problems } = collectMessages(messageSources());
  if (problems.length > 0) fail(problems.join('\n'));
  fs.mkdirSync(inRoot('l10n'), { recursive: true });
  fs.writeFileSync(bundleFile, asFile(bundle));
}

function moveTexts() {
  const [file, nlsFile] = [inRoot('package.json'), inRoot('package.nls.json')];
  /** @type {unknown} */
  const manifest = JSON.parse(fs.readFileSync(file, 'utf8'));
  /** @type {Record<string, string>} */
  const before = fs.existsSync(nlsFile) ? JSON.parse(fs.readFileSync(nlsFile, 'utf8')) : {};
  /** @type {Record<string, string>} */
  const texts = {};
  for (const { key, text, set } of findTexts(manifest)) {
    const known = isKey(text) ? text.slice(1, -1) : undefined;
    texts[known ?? key] = known === undefined ? text : (before[known] ?? text);
    if (known === undefined) set(`%${key}%`);
  }
  fs.writeFileSync(file, asFile(manifest));
  fs.writeFileSync(nlsFile, asFile(texts));
}

if (process.argv[1]?.endsWith('strings.mjs')) {
  moveTexts();
  listMessages();
}
