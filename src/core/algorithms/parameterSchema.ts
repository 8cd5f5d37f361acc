/**
 * The schema of an algorithm's parameters: as a part of a schema of the run file, so that its findings stand at the run
 * file's keys, and as the source of the defaults that a run file leaves out. Pure.
 */
type JsonObject = Readonly<Record<string, unknown>>;

/** Keys whose values are data, however much they look like schemas. */
const dataKeys = new Set(['const', 'default', 'enum', 'examples', 'defaultSnippets']);
/** Keys whose values are maps of schemas: their own keys are names, which may be called "required". */
const mapKeys = new Set(['properties', 'patternProperties', 'definitions', '$defs', 'dependentSchemas']);

/**
 * A schema of the whole run file that says something about the parameters of one run or task only: that whose keys are
 * `at`. References are rewritten to where they now lead, and what has a default is not required: it is filled in.
 */
export function schemaOfRunFileWith(parameters: JsonObject, at: readonly (string | number)[] = []): JsonObject {
  const { $schema = 'http://json-schema.org/draft-07/schema#', $id: _id, ...rest } = parameters;
  let schema: JsonObject = { $ref: '#/definitions/parameters' };
  for (const key of ['parameters', ...at.toReversed()]) {
    schema =
      typeof key === 'string'
        ? { type: 'object', properties: Object.fromEntries([[key, schema]]) }
        : { type: 'array', items: [...Array.from({ length: key }, () => ({})), schema] };
  }
  return { $schema, definitions: { parameters: embed(rest) }, ...schema };
}

function embed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(embed);
  if (!isObject(schema)) return schema;
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) => {
      if (dataKeys.has(key)) return [key, value];
      if (mapKeys.has(key) && isObject(value)) {
        return [key, Object.fromEntries(Object.entries(value).map(([name, part]) => [name, embed(part)]))];
      }
      if (key === '$ref' && typeof value === 'string') return [key, value.replace(/^#/, '#/definitions/parameters')];
      if (key === 'required' && Array.isArray(value)) {
        return [key, value.filter((name) => !hasDefault(typeof name === 'string' ? properties[name] : undefined))];
      }
      return [key, embed(value)];
    }),
  );
}

/** The first reference that leads out of the schema or to nothing in it, if there is one. */
export function findBadReference(schema: JsonObject, part: unknown = schema): string | undefined {
  if (!isObject(part) && !Array.isArray(part)) return undefined;
  for (const [key, value] of Object.entries(part)) {
    if (dataKeys.has(key)) continue;
    if (key === '$ref' && typeof value === 'string' && followReference(schema, value) === undefined) return value;
    const found = findBadReference(schema, value);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The names that must be given: required, and without a default. */
export function requiredNames(schema: JsonObject): readonly string[] {
  const embedded = embed(schema);
  const required = isObject(embedded) ? embedded['required'] : undefined;
  return Array.isArray(required) ? required.filter((name) => typeof name === 'string') : [];
}

/** The value with the schema's defaults where it says nothing, also within its objects. Neither is changed. */
export function fillDefaults(schema: JsonObject, value: JsonObject): Record<string, unknown> {
  return fill(schema, schema, value);
}

function fill(root: JsonObject, schema: JsonObject, value: JsonObject): Record<string, unknown> {
  const filled = { ...value };
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  for (const [name, given] of Object.entries(properties)) {
    const property = resolveSchema(root, given);
    if (!isObject(property)) continue;
    if (!Object.hasOwn(filled, name) && hasDefault(property))
      define(filled, name, structuredClone(property['default']));
    const inner = Object.hasOwn(filled, name) ? filled[name] : undefined;
    if (isObject(inner)) define(filled, name, fill(root, property, inner));
  }
  return filled;
}

/** Not by assignment: a parameter may be called `__proto__`. */
function define(object: object, name: string, value: unknown): void {
  Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true });
}

/** What a schema refers to, if it does. */
export function resolveSchema(root: JsonObject, schema: unknown): unknown {
  const seen = new Set<unknown>();
  let at = schema;
  // A default beside the reference counts; a circle of references ends.
  while (isObject(at) && typeof at['$ref'] === 'string' && !hasDefault(at) && !seen.has(at)) {
    seen.add(at);
    at = followReference(root, at['$ref']);
  }
  return at;
}

function followReference(root: JsonObject, reference: string): unknown {
  if (reference !== '#' && !reference.startsWith('#/')) return undefined;
  let at: unknown = root;
  for (const step of reference.split('/').slice(1)) {
    const key = decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~');
    if (Array.isArray(at)) at = at[Number(key)];
    else if (isObject(at) && Object.hasOwn(at, key)) at = at[key];
    else return undefined;
  }
  return at;
}

/** The schema of the parameter with these keys, references followed; undefined where the schema says nothing of it. */
export function findParameterSchema(schema: JsonObject, keys: readonly string[]): JsonObject | undefined {
  let at: unknown = resolveSchema(schema, schema);
  for (const key of keys) {
    const properties: unknown = isObject(at) ? at['properties'] : undefined;
    at = isObject(properties) && Object.hasOwn(properties, key) ? resolveSchema(schema, properties[key]) : undefined;
  }
  return isObject(at) ? at : undefined;
}

/** Dotted paths of the parameters that are no objects, in the order of the schema. A schema within itself ends. */
export function listParameterPaths(schema: JsonObject): readonly string[] {
  const paths: string[] = [];
  const visit = (part: unknown, prefix: string, above: readonly unknown[]): void => {
    const resolved = resolveSchema(schema, part);
    if (!isObject(resolved) || above.includes(resolved)) return;
    const properties = resolved['properties'];
    if (!isObject(properties)) {
      if (prefix !== '') paths.push(prefix);
      return;
    }
    for (const [name, inner] of Object.entries(properties)) {
      visit(inner, prefix === '' ? name : `${prefix}.${name}`, [...above, resolved]);
    }
  };
  visit(schema, '', []);
  return paths;
}

const hasDefault = (schema: unknown): boolean => isObject(schema) && Object.hasOwn(schema, 'default');

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
