/**
 * The secrets of runs, in memory and nowhere else: with the engine's process they are gone, and are asked for anew.
 *
 * They are kept by tree, which is a run with all that it is made of: what one submission was given is not another's. A tree
 * keeps them while the engine lives, also after its end, because it may be tried again.
 */
import { type Event, Emitter } from '../../base/event';
import { Failure } from '../../base/failure';
import type { RunId } from '../../model/ids';
import { secretsIn } from '../../model/references';
import type { Pairs } from './environment';
import type { Secrets } from './launchTexts';

/** A secret that runs wait for, or will when they are ready; by the runs at the top of their trees. */
export interface LackingSecret {
  readonly name: string;
  readonly runs: RunId[];
}

/** Which of the environments kept with the run at the top of a tree. */
export interface EnvironmentPlace {
  readonly runId: RunId;
  readonly index: number;
}

interface Tree {
  /** By the index of the environment that refers to them. */
  readonly needs: Map<number, readonly string[]>;
  readonly values: Map<string, string>;
  /** A client holds them and is about to give them. */
  readonly offered: Set<string>;
}

/** Trees that are not active may be tried again; of so many the secrets are kept. */
const idleTrees = 1000;
const nothing: Secrets = new Map();

export class SecretMemory {
  readonly #trees = new Map<RunId, Tree>();
  /** Trees without a run that needs anything now, the longest idle first. */
  readonly #idle = new Set<RunId>();
  readonly #didGive: Emitter<void>;
  readonly #didChangeLacking: Emitter<void>;
  /** Trees that need what they have not: mostly none. */
  readonly #lacking = new Set<RunId>();

  constructor(onError: (error: unknown) => void) {
    this.#didGive = new Emitter(onError);
    this.#didChangeLacking = new Emitter(onError);
  }

  /** Something was given: what waited for it may go on. */
  readonly onDidGive: Event<void> = (listener) => this.#didGive.event(listener);
  readonly onDidChangeLacking: Event<void> = (listener) => this.#didChangeLacking.event(listener);

  /** What active runs lack, whether they are ready or wait for something else still. */
  get lacking(): LackingSecret[] {
    const runsOf = new Map<string, RunId[]>();
    for (const id of this.#lacking) {
      const tree = this.#trees.get(id);
      for (const name of tree ? lackingIn(tree) : []) {
        const runs = runsOf.get(name);
        if (runs) runs.push(id);
        else runsOf.set(name, [id]);
      }
    }
    return Array.from(runsOf, ([name, runs]) => ({ name, runs }));
  }

  /** Whether any run lacks anything. */
  get isLacking(): boolean {
    return this.#lacking.size > 0;
  }

  /** A client says what it holds for a tree that it is about to submit or to try again; returns what it is to give. */
  offer(tree: RunId, names: readonly string[]): string[] {
    const { offered } = this.#tree(tree);
    for (const name of names) offered.add(name);
    return [...offered];
  }

  /** Takes what was asked for: what the trees lack, and what was offered. All else is let go. Throws `InvalidInput`. */
  give(trees: readonly RunId[], secrets: Pairs): void {
    for (const [name, value] of secrets) {
      if (value.includes('\0')) throw new Failure('InvalidInput', `The secret ${name} holds a NUL character.`);
    }
    for (const id of trees) {
      const tree = this.#trees.get(id);
      if (!tree) continue;
      const lacking = lackingIn(tree);
      for (const [name, value] of secrets) {
        if (tree.offered.delete(name) || lacking.has(name)) tree.values.set(name, value);
      }
      this.#update(id, tree);
    }
    this.#didGive.fire();
  }

  /** Notes what an environment of an active tree refers to. */
  need({ runId, index }: EnvironmentPlace, environment: Pairs): void {
    const names = secretsIn(environment.map(([, value]) => value));
    const tree = names.length > 0 ? this.#tree(runId) : this.#trees.get(runId);
    if (!tree) return;
    tree.offered.clear();
    tree.needs.delete(index);
    if (names.length === 0) return;
    tree.needs.set(index, names);
    this.#idle.delete(runId);
    this.#update(runId, tree);
  }

  /** Nothing of the tree needs anything any more, unless it is tried again. */
  settle(runId: RunId): void {
    const tree = this.#trees.get(runId);
    if (!tree) return;
    tree.needs.clear();
    this.#retire(runId);
    this.#update(runId, tree);
  }

  /** The secrets that a run in this environment lacks. */
  missing({ runId, index }: EnvironmentPlace): readonly string[] {
    const tree = this.#trees.get(runId);
    return tree?.needs.get(index)?.filter((name) => !tree.values.has(name)) ?? [];
  }

  valuesOf(tree: RunId): Secrets {
    return this.#trees.get(tree)?.values ?? nothing;
  }

  #tree(id: RunId): Tree {
    let tree = this.#trees.get(id);
    if (!tree) {
      tree = { needs: new Map(), values: new Map(), offered: new Set() };
      this.#trees.set(id, tree);
      this.#retire(id);
    }
    return tree;
  }

  #retire(id: RunId): void {
    this.#idle.add(id);
    if (this.#idle.size <= idleTrees) return;
    const [longest] = this.#idle;
    if (longest === undefined) return;
    this.#idle.delete(longest);
    this.#trees.delete(longest);
  }

  #update(id: RunId, tree: Tree): void {
    const before = this.#lacking.has(id);
    if (lackingIn(tree).size > 0) this.#lacking.add(id);
    else this.#lacking.delete(id);
    if (before || this.#lacking.has(id)) this.#didChangeLacking.fire();
  }
}

const lackingIn = ({ needs, values }: Tree): ReadonlySet<string> =>
  new Set([...needs.values()].flat().filter((name) => !values.has(name)));
