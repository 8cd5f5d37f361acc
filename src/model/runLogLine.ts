/**
 * The run log, the native protocol: one JSON object a line, needing no library and no network.
 *
 *     {"step":3,"metrics":{"loss":0.2}}            {"event":"checkpoint saved","level":"info"}
 *     {"metadata":{"nodes":4}}  {"tags":["gpu"]}   {"progress":{"done":3,"total":10}}   {"artifact":"model.pt","category":"output"}
 *
 * One line may hold several of these. What is wrong with a line is said in its warnings; the rest of it is kept.
 */
import { type EventLevel, eventLevels, type Progress } from './run';
import { metricNameMaxLength } from './series';

export const artifactCategories = ['input', 'output', 'code'] as const;
export type ArtifactCategory = (typeof artifactCategories)[number];

export interface RunLogLine {
  /** Undefined when the line has none: the reader then counts its lines with metrics from 0. */
  readonly step: number | undefined;
  /** Seconds since the attempt's start, as logged. */
  readonly timeSeconds: number | undefined;
  /** Milliseconds since 1970, as logged. */
  readonly timestampMs: number | undefined;
  /** Values may be NaN or infinite. */
  readonly metrics: readonly (readonly [name: string, value: number])[];
  readonly event: { readonly message: string; readonly level: EventLevel } | undefined;
  readonly metadata: Readonly<Record<string, unknown>> | undefined;
  readonly tags: readonly string[];
  readonly progress: Progress | undefined;
  readonly artifact: { readonly path: string; readonly category: ArtifactCategory } | undefined;
  readonly warnings: readonly string[];
}

const knownKeys = new Set([
  'step',
  'time',
  'timestamp',
  'metrics',
  'event',
  'level',
  'metadata',
  'tags',
  'progress',
  'artifact',
  'category',
]);

/** Longest event message that is kept whole. */
export const eventMessageMaxLength = 20_000;

/** Reads one line without its line end. Never throws: a line that is no JSON object has only warnings. */
export function parseRunLogLine(text: string): RunLogLine {
  const warnings: string[] = [];
  const value = parseLenientJson(text);
  if (!isObject(value)) {
    warnings.push(`not a JSON object: ${excerpt(text)}`);
    return { ...nothing, warnings };
  }
  const finite = (key: string): number | undefined => {
    const field = value[key];
    if (field === undefined || field === null) return undefined;
    if (typeof field === 'number' && Number.isFinite(field)) return field;
    warnings.push(`"${key}" is not a finite number: ${excerpt(shown(field))}`);
    return undefined;
  };
  for (const key of Object.keys(value)) if (!knownKeys.has(key)) warnings.push(`unknown key "${excerpt(key)}"`);
  return {
    step: finite('step'),
    timeSeconds: finite('time'),
    timestampMs: parseTimestamp(value['timestamp'], warnings),
    metrics: parseMetrics(value['metrics'], warnings),
    event: parseEvent(value, warnings),
    metadata: parseMetadata(value['metadata'], warnings),
    tags: parseTags(value['tags'], warnings),
    progress: parseProgress(value['progress'], warnings),
    artifact: parseArtifact(value, warnings),
    warnings,
  };
}

const nothing: RunLogLine = {
  step: undefined,
  timeSeconds: undefined,
  timestampMs: undefined,
  metrics: [],
  event: undefined,
  metadata: undefined,
  tags: [],
  progress: undefined,
  artifact: undefined,
  warnings: [],
};

const specialNumbers: Readonly<Record<string, number>> = {
  NaN: NaN,
  Infinity: Infinity,
  '-Infinity': -Infinity,
};

/** JSON, and what Python's `json.dumps` makes of NaN and the infinities: those bare words become strings here. */
function parseLenientJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    if (!/NaN|Infinity/.test(text)) return undefined;
    // Strings are matched first, so that a "NaN" inside one stays as it is. One without an end is matched to the end of
    // the line: tried again from each of its quotes, a torn line of some hundred kB would take minutes.
    const quoted = text.replace(/"(?:[^"\\]|\\.)*(?:"|$)|-?Infinity\b|\bNaN\b/g, (token) =>
      token.startsWith('"') ? token : `"${token}"`,
    );
    try {
      return JSON.parse(quoted);
    } catch {
      return undefined;
    }
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseMetrics(field: unknown, warnings: string[]): (readonly [string, number])[] {
  if (field === undefined) return [];
  if (!isObject(field)) {
    warnings.push(`"metrics" is not an object of names and numbers: ${excerpt(shown(field))}`);
    return [];
  }
  const metrics: (readonly [string, number])[] = [];
  for (const [name, value] of Object.entries(field)) {
    const number = typeof value === 'string' ? specialNumbers[value] : value;
    if (name === '' || name.length > metricNameMaxLength) {
      warnings.push(
        name === ''
          ? 'a metric has no name'
          : `the name of a metric has ${name.length} characters, more than ${metricNameMaxLength}: ${excerpt(name)}`,
      );
    } else if (typeof number === 'number') {
      metrics.push([name, number]);
    } else {
      warnings.push(`metric "${name}" is not a number: ${excerpt(shown(value))}`);
    }
  }
  return metrics;
}

function parseEvent(value: Record<string, unknown>, warnings: string[]): RunLogLine['event'] {
  const { event, level } = value;
  if (event === undefined) return undefined;
  if (typeof event !== 'string' || event === '') {
    warnings.push(`"event" is not a text: ${excerpt(shown(event))}`);
    return undefined;
  }
  const known = eventLevels.find((candidate) => candidate === level);
  if (level !== undefined && known === undefined) {
    warnings.push(`unknown level ${excerpt(shown(level))}: use ${eventLevels.join(', ')}`);
  }
  return { message: event.slice(0, eventMessageMaxLength), level: known ?? 'info' };
}

function parseMetadata(field: unknown, warnings: string[]): Record<string, unknown> | undefined {
  if (field === undefined) return undefined;
  if (isObject(field)) return shown(field)?.startsWith('{') ? field : refuseDeep(warnings);
  warnings.push(`"metadata" is not an object: ${excerpt(shown(field))}`);
  return undefined;
}

function refuseDeep(warnings: string[]): undefined {
  warnings.push('"metadata" is nested too deep');
  return undefined;
}

function parseTags(field: unknown, warnings: string[]): string[] {
  if (field === undefined) return [];
  if (Array.isArray(field) && field.every((tag) => typeof tag === 'string' && tag !== '' && tag.length <= 200)) {
    return field as string[];
  }
  warnings.push(`"tags" is not a list of short texts: ${excerpt(shown(field))}`);
  return [];
}

function parseProgress(field: unknown, warnings: string[]): Progress | undefined {
  if (field === undefined) return undefined;
  if (isObject(field)) {
    const { done, total } = field;
    if (isFiniteNumber(done) && isFiniteNumber(total) && done >= 0 && total > 0) return { done, total };
  }
  warnings.push(`"progress" is not {"done": …, "total": …}: ${excerpt(shown(field))}`);
  return undefined;
}

function parseArtifact(value: Record<string, unknown>, warnings: string[]): RunLogLine['artifact'] {
  const { artifact, category } = value;
  if (artifact === undefined) return undefined;
  const known = category === undefined ? 'output' : artifactCategories.find((candidate) => candidate === category);
  if (typeof artifact === 'string' && artifact !== '' && known) return { path: artifact, category: known };
  warnings.push(`"artifact" wants a path, and a category of ${artifactCategories.join(', ')}`);
  return undefined;
}

/** `YYYY-MM-DD hh:mm:ss.zzzzzz` in UTC with up to microseconds (the Simvue form), ISO 8601, or seconds since 1970. */
function parseTimestamp(field: unknown, warnings: string[]): number | undefined {
  if (field === undefined || field === null) return undefined;
  if (isFiniteNumber(field) && Math.abs(field * 1000) <= maxTimeMs) return field * 1000;
  if (typeof field === 'string') {
    const match = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:?\d\d)?$/.exec(field);
    if (match) {
      const wholeMs = Date.parse(`${match[1]}T${match[2]}${match[4] ?? 'Z'}`);
      if (!Number.isNaN(wholeMs)) return wholeMs + Number(match[3] ?? 0) * 1000;
    }
  }
  warnings.push(`"timestamp" is not of the form YYYY-MM-DD hh:mm:ss.zzzzzz: ${excerpt(shown(field))}`);
  return undefined;
}

/** What a JavaScript date can hold: beyond it no time can be shown. */
export const maxTimeMs = 8.64e15;

const isFiniteNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

/** A value as JSON; one that is nested deeper than the stack is only named. */
function shown(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof RangeError) return 'a value that is nested too deep';
    throw error;
  }
}

/** The beginning of a text, for a message: one line, 80 characters at most. */
function excerpt(text: string | undefined): string {
  const line = (text ?? 'nothing').replace(/\s+/g, ' ');
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}
