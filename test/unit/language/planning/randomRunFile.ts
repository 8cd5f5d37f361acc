/** Run files at random that can be submitted: tasks in tasks, groups, sweeps, dependencies. */
import type { SeededRandom } from '../../../support/seededRandom';

const command = ['node'];

export function randomRunFile(random: SeededRandom): object {
  const limits = random.below(2) === 0 ? {} : { timeout: `${1 + random.below(9)} min`, retries: random.below(3) };
  return { experiment: 'random', ...limits, ...parts(random, 2) };
}

function parts(random: SeededRandom, depth: number): object {
  const kind = depth === 0 ? 'single' : random.pick(['single', 'tasks', 'tasks', 'group', 'sweep'] as const);
  switch (kind) {
    case 'tasks':
      return { tasks: tasks(random, depth) };
    case 'group':
      return { group: Array.from({ length: 1 + random.below(3) }, () => parts(random, depth - 1)) };
    case 'sweep':
      return {
        command,
        parameters: { lr: 0, seed: 0 },
        sweep: {
          over: {
            'parameters.lr': Array.from({ length: 1 + random.below(3) }, (_, index) => index / 10),
            'parameters.seed': Array.from({ length: 1 + random.below(3) }, (_, index) => index),
          },
          ...(random.below(2) === 0 ? { atOnce: 1 + random.below(3) } : {}),
        },
      };
    default:
      return { command, tags: random.below(3) === 0 ? ['tagged'] : [] };
  }
}

function tasks(random: SeededRandom, depth: number): Record<string, object> {
  const made: Record<string, object> = {};
  for (let index = 0; index < 1 + random.below(5); index += 1) {
    const before = Object.keys(made).filter(() => random.below(3) === 0);
    made[`task-${index}`] = { ...parts(random, depth - 1), ...(before.length > 0 ? { dependsOn: before } : {}) };
  }
  return made;
}

/** One after the other: of thousands each takes a moment to plan. */
export function longGraph(count: number): string {
  const lines = Array.from({ length: count }, (_, index) => {
    const before = index === 0 ? '' : `, "dependsOn": ["task-${index - 1}"]`;
    return `    "task-${index}": { "command": ["node"]${before} }`;
  });
  return `{\n  "tasks": {\n${lines.join(',\n')}\n  }\n}\n`;
}
