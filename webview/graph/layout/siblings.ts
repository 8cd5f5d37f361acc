/**
 * Siblings and the edges among them, made ready for a layout: parts that no edge joins are laid out by themselves, and many that
 * wait for the same and are awaited by the same stand in one frame, with one edge for all of them.
 */
import type { GraphEdge } from '../../../src/model/runGraph';
import type { RunId } from '../../../src/model/ids';

/** One node, or many that are alike. */
export interface Unit {
  /** Indices of siblings, in the order of the file. */
  readonly members: readonly number[];
}

export interface UnitEdge {
  /** Indices of units of the same part. */
  readonly from: number;
  readonly to: number;
  readonly edges: readonly GraphEdge[];
}

export interface Part {
  readonly units: readonly Unit[];
  readonly edges: readonly UnitEdge[];
}

export interface SiblingParts {
  /** Joined by edges, in the order of their first members. */
  readonly parts: readonly Part[];
  /** Siblings that no edge touches. */
  readonly single: readonly number[];
}

/** Fewer stay by themselves: their edges are no crowd. */
const leastAlike = 9;

/** `mayJoin`: the sibling is a plain box, which may stand in a frame with others. */
export function partsOf(
  ids: readonly RunId[],
  edges: readonly GraphEdge[],
  mayJoin: (index: number) => boolean,
): SiblingParts {
  const indexOf = new Map(ids.map((id, index) => [id, index]));
  const touching: GraphEdge[][] = ids.map(() => []);
  for (const edge of edges) {
    const [from, to] = [indexOf.get(edge.from), indexOf.get(edge.to)];
    if (from === undefined || to === undefined) continue;
    touching[from]?.push(edge);
    touching[to]?.push(edge);
  }
  const units = unitsOf(ids, touching, mayJoin);
  const unitOf = new Map<number, number>();
  for (const [unit, { members }] of units.entries()) for (const member of members) unitOf.set(member, unit);
  const joined = new Map<string, { from: number; to: number; edges: GraphEdge[] }>();
  for (const edge of edges) {
    const [from, to] = [unitOf.get(indexOf.get(edge.from) ?? -1), unitOf.get(indexOf.get(edge.to) ?? -1)];
    if (from === undefined || to === undefined) continue;
    const key = `${from} ${to}`;
    const known = joined.get(key);
    if (known) known.edges.push(edge);
    else joined.set(key, { from, to, edges: [edge] });
  }
  return {
    parts: separate(units, [...joined.values()]),
    single: ids.flatMap((_, index) => (touching[index]?.length === 0 ? [index] : [])),
  };
}

/** What has edges, alone or with those that have the same. */
function unitsOf(
  ids: readonly RunId[],
  touching: readonly (readonly GraphEdge[])[],
  mayJoin: (index: number) => boolean,
): readonly Unit[] {
  const alike = new Map<string, number[]>();
  for (const [index, id] of ids.entries()) {
    const own = touching[index] ?? [];
    if (own.length === 0) continue;
    const words = own.map(({ from, to, on }) => (from === id ? `>${to} ${on}` : `<${from} ${on}`)).sort();
    const key = mayJoin(index) ? words.join('|') : id;
    const known = alike.get(key);
    if (known) known.push(index);
    else alike.set(key, [index]);
  }
  const units = [...alike.values()].flatMap((members): Unit[] =>
    members.length >= leastAlike ? [{ members }] : members.map((member) => ({ members: [member] })),
  );
  return units.sort((a, b) => (a.members[0] ?? 0) - (b.members[0] ?? 0));
}

function separate(units: readonly Unit[], edges: readonly UnitEdge[]): readonly Part[] {
  const neighbours: number[][] = units.map(() => []);
  for (const { from, to } of edges) {
    neighbours[from]?.push(to);
    neighbours[to]?.push(from);
  }
  const partOf = new Map<number, number>();
  const members: number[][] = [];
  for (const start of units.keys()) {
    if (partOf.has(start)) continue;
    const part = members.length;
    const found: number[] = [];
    const pending = [start];
    partOf.set(start, part);
    for (let unit = pending.pop(); unit !== undefined; unit = pending.pop()) {
      found.push(unit);
      for (const next of neighbours[unit] ?? []) {
        if (partOf.has(next)) continue;
        partOf.set(next, part);
        pending.push(next);
      }
    }
    members.push(found.sort((a, b) => a - b));
  }
  const places = new Map(members.flatMap((part) => part.map((unit, place) => [unit, place] as const)));
  return members.map((part, index) => ({
    units: part.flatMap((unit) => units[unit] ?? []),
    edges: edges
      .filter(({ from }) => partOf.get(from) === index)
      .map((edge) => ({ ...edge, from: places.get(edge.from) ?? 0, to: places.get(edge.to) ?? 0 })),
  }));
}
