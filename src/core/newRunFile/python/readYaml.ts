/** The leaves of a YAML config as hydra reads it, with the comments beside them. */
import type * as Yaml from 'js-yaml';
import { Failure } from '../../../base/failure';

export interface YamlConfig {
  /** The top of the document; an empty one has nothing. */
  readonly content: Readonly<Record<string, unknown>>;
  /** By dotted path: what stands behind a key's value, or in the lines above it. */
  readonly comments: ReadonlyMap<string, string>;
}

/** Throws `InvalidInput` with the place of what is no YAML. */
export async function readYaml(text: string, file: string): Promise<YamlConfig> {
  // Only who has a hydra program needs it.
  const yaml = await import('js-yaml');
  // As OmegaConf: `yes` and `off` are booleans, a date is a text.
  const schema = yaml.CORE_SCHEMA.withTags(yaml.boolYaml11Tag, yaml.mergeTag);
  try {
    const events = yaml.parseEvents(text, { maxDepth: 100 });
    const content = yaml.constructFromEvents(events, { source: text, schema, json: true, maxAliases: 1000 })[0] ?? {};
    if (!isObject(content)) {
      throw new Failure('InvalidInput', 'This config is no YAML mapping.', { place: { file, line: 1, column: 1 } });
    }
    return { content, comments: commentsOf(yaml, events, text) };
  } catch (error) {
    if (!(error instanceof yaml.YAMLException)) throw error;
    const { line = 0, column = 0 } = error.mark ?? {};
    throw new Failure('InvalidInput', `This is no YAML: ${error.reason}.`, {
      place: { file, line: line + 1, column: column + 1 },
      cause: error,
    });
  }
}

function commentsOf(
  { EVENT_ID, getScalarValue }: typeof Yaml,
  events: readonly Yaml.Event[],
  text: string,
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  let at = 1;
  const walk = (prefix: string): void => {
    const event = events[at++];
    if (event?.type === EVENT_ID.MAPPING) {
      while (at < events.length && events[at]?.type !== EVENT_ID.POP) {
        const key = events[at];
        const name = key?.type === EVENT_ID.SCALAR ? getScalarValue(text, key) : '';
        walk('');
        const path = prefix === '' ? name : `${prefix}.${name}`;
        if (key?.type === EVENT_ID.SCALAR) {
          const comment = commentAt(text, key.valueStart, endOf(EVENT_ID, events[at]) ?? key.valueEnd);
          if (comment !== '') found.set(path, comment);
        }
        walk(path);
      }
      at += 1;
    } else if (event?.type === EVENT_ID.SEQUENCE) {
      while (at < events.length && events[at]?.type !== EVENT_ID.POP) walk('');
      at += 1;
    }
  };
  if (events[0]?.type === EVENT_ID.DOCUMENT) walk('');
  return found;
}

const endOf = ({ SCALAR }: typeof Yaml.EVENT_ID, event: Yaml.Event | undefined): number | undefined =>
  event?.type === SCALAR && event.valueEnd >= 0 ? event.valueEnd : undefined;

/** Behind the value in its line, else in the lines right above the key that hold nothing else. */
function commentAt(text: string, key: number, end: number): string {
  const newline = text.indexOf('\n', end);
  const behind = /^.*?[ \t]#[ \t]*(.*)/.exec(text.slice(end, newline < 0 ? text.length : newline))?.[1];
  if (behind !== undefined) return behind.trim();
  const above: string[] = [];
  for (let from = text.lastIndexOf('\n', key - 1); from >= 0;) {
    const before = from === 0 ? -1 : text.lastIndexOf('\n', from - 1);
    const comment = /^\s*#+\s?(.*)$/.exec(text.slice(before + 1, from))?.[1];
    // `# @package _global_` is for hydra.
    if (comment === undefined || comment.startsWith('@')) break;
    above.unshift(comment.trim());
    from = before;
  }
  return above.join(' ').trim();
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
