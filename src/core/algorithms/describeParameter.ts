/** What a schema says of a parameter, in words. */
type JsonObject = Readonly<Record<string, unknown>>;

export interface ParameterFact {
  /** "number", "more than". */
  readonly label: string;
  /** As JSON. */
  readonly value?: string;
}

export interface ParameterDescription {
  readonly facts: readonly ParameterFact[];
  readonly description: string | undefined;
}

const limits = [
  ['minimum', 'at least'],
  ['exclusiveMinimum', 'more than'],
  ['maximum', 'at most'],
  ['exclusiveMaximum', 'less than'],
  ['multipleOf', 'a multiple of'],
  ['minLength', 'characters at least'],
  ['maxLength', 'characters at most'],
  ['minItems', 'elements at least'],
  ['maxItems', 'elements at most'],
  ['pattern', 'like'],
  ['const', 'always'],
  ['default', 'default'],
] as const;

/** References in it are not followed. */
export function describeParameter(schema: JsonObject): ParameterDescription {
  const { type, enum: choices, examples, description } = schema;
  const types = Array.isArray(type) ? type : type === undefined ? [] : [type];
  const facts: ParameterFact[] = types.length === 0 ? [] : [{ label: types.map(String).join(' or ') }];
  const list = (label: string, values: unknown): void => {
    if (!Array.isArray(values) || values.length === 0) return;
    const shown = values.slice(0, 12).map((value) => JSON.stringify(value));
    facts.push({ label, value: values.length > shown.length ? `${shown.join(', ')}, …` : shown.join(', ') });
  };
  list('one of', choices);
  for (const [key, label] of limits) {
    if (Object.hasOwn(schema, key)) facts.push({ label, value: JSON.stringify(schema[key]) });
  }
  list('such as', examples);
  return { facts, description: typeof description === 'string' ? description : undefined };
}
