/** `sidelab graph RUN`: what a run is made of, what waits for what, how long it took, and the critical path. */
import type { Command } from 'commander';
import { formatDuration } from '../model/duration';
import type { RunId } from '../model/ids';
import type { GraphNode, RunGraph } from '../model/runGraph';
import type { CommandContext } from './context';
import { exitCodes } from './exitCodes';
import { plainText } from './plainText';
import type { VerbsOptions } from './verbs';

export function addGraphVerb(program: Command, { withContext }: Pick<VerbsOptions, 'withContext'>): void {
  program
    .command('graph')
    .description('Show what a run is made of: what waits for what, durations, and the critical path (marked *).')
    .argument('<run>', 'id, the beginning of it, or name; of equal names the newest')
    .option('--json', 'as JSON, for scripts')
    .action(async (run: string, options: { readonly json?: boolean }) =>
      withContext(async (context) => graphCommand(context, run, options)),
    );
}

async function graphCommand(
  { source, terminal }: CommandContext,
  reference: string,
  { json }: { readonly json?: boolean },
): Promise<number> {
  const { run } = await source.run(reference);
  const graph = await source.graph(run.id);
  terminal.print(json ? JSON.stringify(graph, undefined, 2) : describeGraph(graph));
  return exitCodes.done;
}

/** A line for each node, indented by what it is part of; then the critical path. */
export function describeGraph({ nodes, edges, criticalPath, criticalMs }: RunGraph): string {
  const names = new Map(nodes.map(({ id, name }) => [id, name]));
  const children = new Map<RunId | undefined, GraphNode[]>();
  for (const node of nodes) {
    const siblings = children.get(node.parentId);
    if (siblings) siblings.push(node);
    else children.set(node.parentId, [node]);
  }
  const after = new Map<RunId, string[]>();
  for (const { from, to } of edges) after.set(to, [...(after.get(to) ?? []), names.get(from) ?? from]);
  const lines: string[] = [];
  const add = (node: GraphNode, depth: number): void => {
    const parts = [
      node.status,
      node.durationMs === undefined ? undefined : formatDuration(node.durationMs),
      after.has(node.id) ? `after ${after.get(node.id)?.join(', ')}` : undefined,
      node.evidence,
    ];
    const mark = node.isCritical && depth > 0 ? '*' : ' ';
    const text = `${node.name}  ${parts.filter((part) => part !== undefined).join(' · ')}`;
    lines.push(`${mark} ${'  '.repeat(depth)}${plainText(text)}`);
    for (const child of children.get(node.id) ?? []) add(child, depth + 1);
  };
  for (const top of children.get(undefined) ?? []) add(top, 0);
  if (criticalPath.length > 0) {
    const path = criticalPath.map((id) => names.get(id) ?? id).join(' → ');
    lines.push('', plainText(`Critical path: ${path} (${formatDuration(criticalMs)})`));
  }
  return lines.join('\n');
}
