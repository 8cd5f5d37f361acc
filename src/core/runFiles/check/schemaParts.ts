/** Parts of a JSON schema: what it says of a key, which keys it knows there, and a value to begin with. Pure. */
type JsonObject = Readonly<Record<string, unknown>>;

/** What the schema says of the value at a path, as far as that does not depend on other values. */
export function schemaAt(root: unknown, keyPath: readonly (string | number)[]): unknown {
  let at = followed(root, root);
  for (const key of keyPath) {
    let next: unknown;
    for (const each of alternatives(at, root)) {
      next = childOf(each, key);
      if (next !== undefined) break;
    }
    at = followed(next, root);
  }
  return at;
}

/** The names of the properties that it knows, in its order. */
export function propertyNames(schema: unknown, root: unknown): readonly string[] {
  const names = alternatives(schema, root).flatMap((each) => {
    const { properties } = each;
    return isObject(properties) ? Object.entries(properties).filter(([, value]) => value !== false) : [];
  });
  return [...new Set(names.filter(([, value]) => !isHidden(value)).map(([name]) => name))];
}

/** A value to begin with: its default, an example, or what its type has least of. */
export function placeholder(schema: unknown, root: unknown, depth = 0): unknown {
  const of = followed(schema, root);
  if (!isObject(of) || depth > 4) return '';
  if (Object.hasOwn(of, 'default')) return of['default'];
  if (Object.hasOwn(of, 'const')) return of['const'];
  for (const key of ['examples', 'enum']) {
    const values = of[key];
    if (Array.isArray(values) && values.length > 0) return values[0] as unknown;
  }
  for (const key of ['anyOf', 'oneOf', 'allOf']) {
    const [first] = Array.isArray(of[key]) ? (of[key] as unknown[]) : [];
    if (first !== undefined && of['type'] === undefined) return placeholder(first, root, depth + 1);
  }
  const type: unknown = Array.isArray(of['type']) ? of['type'][0] : of['type'];
  switch (type) {
    case 'number':
    case 'integer':
      return leastNumber(of);
    case 'boolean':
      return false;
    case 'null':
      return null;
    case 'array': {
      const length = typeof of['minItems'] === 'number' ? Math.min(of['minItems'], 16) : 0;
      return Array.from({ length }, () => placeholder(of['items'], root, depth + 1));
    }
    case 'object': {
      const required = Array.isArray(of['required']) ? of['required'].filter((name) => typeof name === 'string') : [];
      return Object.fromEntries(required.map((name) => [name, placeholder(schemaAt(of, [name]), root, depth + 1)]));
    }
    default:
      return '';
  }
}

function leastNumber({ minimum, exclusiveMinimum, maximum }: JsonObject): number {
  if (typeof minimum === 'number' && minimum > 0) return minimum;
  if (typeof exclusiveMinimum === 'number' && exclusiveMinimum >= 0) return exclusiveMinimum + 1;
  return typeof maximum === 'number' && maximum < 0 ? maximum : 0;
}

/** The schema itself and the parts that it is put together of. */
function alternatives(schema: unknown, root: unknown, depth = 0): readonly JsonObject[] {
  const at = followed(schema, root);
  if (!isObject(at) || depth > 8) return [];
  const parts = ['allOf', 'anyOf', 'oneOf'].flatMap((key) => {
    const of = at[key];
    return Array.isArray(of) ? (of as unknown[]) : [];
  });
  return [at, ...parts.flatMap((part) => alternatives(part, root, depth + 1))];
}

function childOf(schema: JsonObject, key: string | number): unknown {
  if (typeof key === 'number') {
    const { items } = schema;
    return Array.isArray(items) ? (items as unknown[])[key] : items;
  }
  const { properties, patternProperties, additionalProperties } = schema;
  if (isObject(properties) && Object.hasOwn(properties, key)) return properties[key];
  if (isObject(patternProperties)) {
    const [first] = Object.values(patternProperties);
    if (first !== undefined) return first;
  }
  return isObject(additionalProperties) ? additionalProperties : undefined;
}

function followed(schema: unknown, root: unknown): unknown {
  let at = schema;
  for (let steps = 0; steps < 20 && isObject(at) && typeof at['$ref'] === 'string'; steps += 1) {
    const reference = at['$ref'];
    if (!reference.startsWith('#')) return at;
    let target = root;
    for (const step of reference.split('/').slice(1)) {
      const key = decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~');
      target = isObject(target) && Object.hasOwn(target, key) ? target[key] : undefined;
    }
    at = target;
  }
  return at;
}

/** A key that is there only to be refused in words. */
const isHidden = (schema: unknown): boolean => isObject(schema) && schema['doNotSuggest'] === true;

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
