/** Charts are moved by their heads, to the place of another chart of their group, or by Alt+Shift and the arrow keys. */
import type { ChartCard } from './chartCard';
import { canMoveTo, moveBy, moveTo } from './moveChart';
import type { ChartsSurroundings } from './surroundings';

const dragType = 'application/x-sidelab-chart';

export class MoveGestures {
  readonly #surroundings: () => ChartsSurroundings | undefined;
  /** The id of the chart that is under way: what is dragged says it only when it is dropped. */
  #dragged: string | undefined;

  constructor(surroundings: () => ChartsSurroundings | undefined) {
    this.#surroundings = surroundings;
  }

  listenTo(card: ChartCard): void {
    const mark = (isOn: boolean): void => void card.toggleAttribute('drop-here', isOn);
    card.addEventListener('dragstart', (event) => {
      if (!(event.target instanceof HTMLElement) || !event.target.matches('.chartHead') || !event.dataTransfer) return;
      event.dataTransfer.setData(dragType, card.plan.id);
      event.dataTransfer.effectAllowed = 'move';
      this.#dragged = card.plan.id;
    });
    card.addEventListener('dragend', () => (this.#dragged = undefined));
    card.addEventListener('dragover', (event) => {
      const surroundings = this.#surroundings();
      if (this.#dragged === undefined || !surroundings || !canMoveTo(surroundings, this.#dragged, card.plan)) return;
      event.preventDefault();
      mark(true);
    });
    card.addEventListener('dragleave', ({ relatedTarget }) => {
      if (!(relatedTarget instanceof Node && card.contains(relatedTarget))) mark(false);
    });
    card.addEventListener('drop', (event) => {
      mark(false);
      const surroundings = this.#surroundings();
      const id = event.dataTransfer?.getData(dragType);
      if (!id || !surroundings) return;
      event.preventDefault();
      moveTo(surroundings, id, card.plan);
    });
    card.addEventListener('keydown', (event) => this.#key(event, card), { capture: true });
  }

  #key(event: KeyboardEvent, card: ChartCard): void {
    const surroundings = this.#surroundings();
    if (!event.altKey || !event.shiftKey || !surroundings) return;
    const by = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : undefined;
    if (by === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    moveBy(surroundings, card.plan, by);
  }
}
