/** Nodes whose names have a text in them, and which of them is looked at. */
import type { RunId } from '../../src/model/ids';
import type { GraphModel, ModelNode } from './graphModel';

export class NodeSearch {
  #text = '';
  #hits: readonly ModelNode[] = [];
  #at = -1;
  #ids: ReadonlySet<RunId> = new Set();

  get text(): string {
    return this.#text;
  }

  get hits(): ReadonlySet<RunId> {
    return this.#ids;
  }

  /** "3 of 12", "nothing found"; empty without a text. */
  get words(): string {
    if (this.#text === '') return '';
    if (this.#hits.length === 0) return 'nothing found';
    return this.#at < 0 ? `${this.#hits.length} found` : `${this.#at + 1} of ${this.#hits.length}`;
  }

  /** Case does not matter; a text with a slash is looked for in paths. */
  find(text: string, model: GraphModel): void {
    this.#text = text;
    this.#at = -1;
    const wanted = text.toLowerCase();
    const isPath = text.includes('/');
    this.#hits =
      wanted === ''
        ? []
        : [...model.nodes].filter(({ path, data }) => (isPath ? path : data.name).toLowerCase().includes(wanted));
    this.#ids = new Set(this.#hits.map(({ id }) => id));
  }

  /** The next hit, or the one before, around the ends. */
  step(by: 1 | -1): ModelNode | undefined {
    const count = this.#hits.length;
    if (count === 0) return undefined;
    this.#at = this.#at < 0 ? (by === 1 ? 0 : count - 1) : (this.#at + by + count) % count;
    return this.#hits[this.#at];
  }
}
