/**
 * A Lit template as text, for a page that nobody has yet. Of Lit's bindings it knows those that the panel's templates have; others
 * throw. Lit's own renderer for servers parses each template as a browser does: several times as long as all the rest of a picture
 * takes, and each picture is drawn while somebody waits for it.
 */
import { nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { escapeXml } from '../../shared/xml';

/** Markup that stands as it is. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Of an attribute that a value ends: the sign of its kind, its name, its quote, and what stands in the quotes already. */
const attributeAtEnd = /\s+([.?@]?)([^\s"'<>=/]+)=(["']?)([^"'<>]*)$/;

/** Properties that a page without script can only have as attributes. */
const reflected: ReadonlySet<string> = new Set(['value']);

export function templateText({ strings, values }: TemplateResult): string {
  let text = '';
  for (const [at, string] of strings.entries()) {
    text += string;
    if (at === values.length) break;
    const value = plain(values[at]);
    text = text.lastIndexOf('<') > text.lastIndexOf('>') ? withAttribute(text, value) : text + contentText(value);
  }
  return text;
}

function withAttribute(text: string, value: unknown): string {
  const begin = text.lastIndexOf('<');
  const found = attributeAtEnd.exec(text.slice(begin));
  if (!found) throw new Error(`A value where no attribute is: ${text.slice(begin)}`);
  const [, kind, name = '', quote = ''] = found;
  if (quote !== '') return text + attributeText(value);
  const before = text.slice(0, begin + found.index);
  const isBound = kind === '' || (kind === '.' && reflected.has(name));
  if (kind === '?') return value === true ? `${before} ${name}` : before;
  return isBound && value !== nothing ? `${before} ${name}="${attributeText(value)}"` : before;
}

function attributeText(value: unknown): string {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
    throw new Error(`No text for an attribute: ${typeof value}`);
  }
  // What looks back for the name of an attribute must not find one in what a user has named.
  return escapeXml(String(value)).replaceAll('=', '&#61;');
}

function contentText(value: unknown): string {
  if (value === nothing || value === undefined || value === null) return '';
  if (value instanceof Markup) return value.text;
  if (Array.isArray(value)) return value.map((one) => contentText(plain(one))).join('');
  if (isTemplate(value)) return templateText(value);
  return attributeText(value);
}

/** Of a directive what it is given: the one that is known, `live`, is about what a user has typed since. */
function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('_$litDirective$' in value)) return value;
  if (value._$litDirective$ !== liveDirective || !('values' in value) || !Array.isArray(value.values)) {
    throw new Error('A directive that a picture does not know.');
  }
  return value.values[0];
}

const { _$litDirective$: liveDirective } = live('') as { _$litDirective$: unknown };

const isTemplate = (value: unknown): value is TemplateResult =>
  typeof value === 'object' && value !== null && '_$litType$' in value && 'strings' in value && 'values' in value;
