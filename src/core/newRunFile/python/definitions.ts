/** Functions and classes of a Python file, with what decorates them. */
import type { PythonToken } from './tokens';
import { callAt, closingOf, type PythonCall, splitAtCommas, statementsOf } from './values';

export interface Decorator {
  /** `click.command`, `dataclass`. */
  readonly name: string;
  readonly call: PythonCall | undefined;
  /** What the call's arguments are tokens of. */
  readonly tokens: readonly PythonToken[];
}

export interface Parameter {
  readonly name: string;
  /** Empty where there is none. */
  readonly annotation: readonly PythonToken[];
  /** Undefined where it has none. */
  readonly value: readonly PythonToken[] | undefined;
}

export interface FunctionDefinition {
  readonly name: string;
  readonly decorators: readonly Decorator[];
  readonly parameters: readonly Parameter[];
}

export function functionsIn(tokens: readonly PythonToken[]): FunctionDefinition[] {
  const found: FunctionDefinition[] = [];
  let decorators: Decorator[] = [];
  for (const statement of statementsOf(tokens)) {
    const decorator = decoratorOf(statement);
    if (decorator) {
      decorators.push(decorator);
      continue;
    }
    const at = statement[0]?.text === 'async' ? 1 : 0;
    const name = statement[at]?.text === 'def' ? statement[at + 1] : undefined;
    if (name?.kind === 'name' && statement[at + 2]?.text === '(') {
      const inner = statement.slice(at + 3, closingOf(statement, at + 2));
      found.push({ name: name.text, decorators, parameters: splitAtCommas(inner).flatMap(parameterOf) });
    }
    decorators = [];
  }
  return found;
}

export function decoratorOf(statement: readonly PythonToken[]): Decorator | undefined {
  if (statement[0]?.text !== '@') return undefined;
  const call = callAt(statement, 1);
  const name =
    call?.callee ??
    statement
      .slice(1)
      .map(({ text }) => text)
      .join('');
  return { name, call, tokens: statement };
}

/** `name: annotation = value`. Stars and slashes are none. */
export function parameterOf(part: readonly PythonToken[]): Parameter[] {
  const [name, colon] = part;
  if (name?.kind !== 'name') return [];
  const equals = part.findIndex(
    (token, index) => token.text === '=' && token.kind === 'operator' && isOutside(part, index),
  );
  const end = equals < 0 ? part.length : equals;
  return [
    {
      name: name.text,
      annotation: colon?.text === ':' ? part.slice(2, end) : [],
      value: equals < 0 ? undefined : part.slice(equals + 1),
    },
  ];
}

const isOutside = (part: readonly PythonToken[], index: number): boolean => {
  let depth = 0;
  for (const { kind, text } of part.slice(0, index)) {
    if (kind === 'operator' && /^[([{]$/.test(text)) depth += 1;
    else if (kind === 'operator' && /^[)\]}]$/.test(text)) depth -= 1;
  }
  return depth === 0;
};

/** What an annotation says of the values. */
export interface AnnotatedType {
  /** Of the values, or of the elements of a list. */
  readonly type: string | undefined;
  readonly isList: boolean;
  readonly choices: readonly unknown[];
  /** `Annotated[…]`: what stands behind the type. */
  readonly extra: readonly (readonly PythonToken[])[];
}

export function annotatedType(annotation: readonly PythonToken[]): AnnotatedType {
  // `int | None` is `Optional[int]`.
  const union = splitAtBars(annotation).filter((part) => part[0]?.text !== 'None');
  const [only = []] = union;
  const bracket = only.findIndex(({ text }) => text === '[');
  const head = only.slice(0, bracket < 0 ? undefined : bracket).filter(({ kind }) => kind === 'name');
  const name = head.at(-1)?.text;
  if (bracket < 0)
    return { type: name, isList: /^(?:list|List|tuple|Tuple|Sequence)$/.test(name ?? ''), choices: [], extra: [] };
  const inner = splitAtCommas(only.slice(bracket + 1, closingOf(only, bracket)));
  const [first = [], ...rest] = inner;
  if (name === 'Annotated') return { ...annotatedType(first), extra: rest };
  if (name === 'Optional' || name === 'Union')
    return annotatedType(inner.find((part) => part[0]?.text !== 'None') ?? []);
  if (name === 'Literal') {
    const choices = inner.flatMap(([token]) =>
      token?.kind === 'string' && token.value !== undefined ? [token.value] : [],
    );
    return { type: 'str', isList: false, choices, extra: [] };
  }
  const isList = /^(?:list|List|tuple|Tuple|Sequence|set|Set)$/.test(name ?? '');
  return isList
    ? { ...annotatedType(first), isList, extra: [] }
    : { type: name, isList: false, choices: [], extra: [] };
}

export const isOptional = (annotation: readonly PythonToken[]): boolean =>
  annotation.some(({ text }) => text === 'None' || text === 'Optional');

function splitAtBars(tokens: readonly PythonToken[]): PythonToken[][] {
  const parts: PythonToken[][] = [[]];
  tokens.forEach((token, index) => {
    if (token.text === '|' && token.kind === 'operator' && isOutside(tokens, index)) parts.push([]);
    else parts.at(-1)?.push(token);
  });
  return parts;
}
