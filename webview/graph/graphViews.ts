/** The two views of a graph, of which one is shown: the picture, and the timeline, which is made when it is first shown. */
import type { RunId } from '../../src/model/ids';
import type { FrameLoop } from '../shared/frameLoop';
import type { ThemeWatch } from '../shared/theme';
import type { ModelNode } from './graphModel';
import type { GraphSession } from './graphSession';
import type { GraphState } from './graphState';
import type { Point } from './layout/placed';
import { visibleRows } from './openNodes';
import type { GraphPicture, PictureView } from './picture/graphPicture';
import { pressKey } from './picture/pictureKeys';
import { savePicture } from './savePicture';
import { Timeline } from './timeline/timeline';

export interface ViewParts {
  readonly session: GraphSession;
  readonly state: GraphState;
  readonly frames: FrameLoop;
  readonly theme: ThemeWatch;
  /** A menu of a node is wanted at a place of the page. */
  readonly onMenu: (node: ModelNode, at: Point) => void;
  /** The field to search in is wanted. */
  readonly onFind: () => void;
}

const noIds: ReadonlySet<RunId> = new Set();

export class GraphViews {
  readonly #parts: ViewParts;
  readonly #picture: GraphPicture;
  readonly #timelineHost: Element;
  #timeline: Timeline | undefined;
  #hasFocus = false;

  /** Both are in the page, empty. */
  constructor(parts: ViewParts, picture: GraphPicture, timelineHost: Element) {
    this.#parts = parts;
    this.#picture = picture;
    this.#timelineHost = timelineHost;
    const { state, frames, theme, onMenu } = parts;
    picture.start(
      {
        frames,
        theme,
        onSelect: (node) => state.select(node),
        onOpen: (node) => this.#openRun(node),
        onToggle: (node) => state.toggle(node),
        onMenu,
        onPlace: (place) => state.keepPlace(place),
        onFocus: (hasFocus) => {
          this.#hasFocus = hasFocus;
          this.show();
        },
        onKey: (event) => this.#press(event),
      },
      state.look.place,
    );
    this.layOut(undefined);
  }

  get picture(): GraphPicture {
    return this.#picture;
  }

  /** The page shows one of them: after it was rendered. */
  mount(): void {
    if (this.#parts.state.look.view !== 'timeline') {
      this.#timeline?.unmount();
      return;
    }
    if (!this.#timeline) {
      const { state, frames, theme, onMenu } = this.#parts;
      this.#timeline = new Timeline({
        frames,
        theme,
        onSelect: (node) => state.select(node),
        onOpen: (node) => this.#openRun(node),
        onToggle: (node) => state.toggle(node),
        onMenu,
      });
      this.#timelineHost.append(this.#timeline.element);
      this.#showTimeline();
    }
    this.#timeline.mount();
  }

  /** Nodes are in other places. */
  layOut(anchor: ModelNode | undefined): void {
    const view = this.#view();
    if (view) this.#picture.replace(view, anchor);
    if (this.#parts.state.look.view === 'timeline') this.#showTimeline();
  }

  /** What is chosen, found, filtered or asked for is another. */
  show(): void {
    if (this.#parts.state.look.view === 'timeline') this.#showTimeline();
    else this.tick();
  }

  /** The states of these are others. */
  changed(nodes: readonly ModelNode[]): void {
    if (this.#parts.state.look.view === 'timeline') this.#timeline?.changed(nodes);
    else this.tick();
  }

  /** Time has passed; the timeline sees to that itself. */
  tick(): void {
    const view = this.#view();
    if (view && this.#parts.state.look.view === 'graph') this.#picture.show(view);
  }

  /** Resolves when it is saved, or when the user has named no file. */
  async save(kind: 'svg' | 'png' | 'svg for print'): Promise<void> {
    const { session, theme, state } = this.#parts;
    const view = this.#view();
    if (!view) return;
    const timeline = state.look.view === 'timeline' ? this.#timeline : undefined;
    const { layout } = this.#picture;
    await savePicture({ session, view, layout, theme: theme.current, timeline }, kind);
  }

  #openRun(node: ModelNode): void {
    const { session } = this.#parts;
    void session.act(session.isPlan ? 'openRunFile' : 'open', node.id);
  }

  #showTimeline(): void {
    const view = this.#view();
    if (!view || !this.#timeline) return;
    const { look } = this.#parts.state;
    this.#timeline.show({ ...view, isCriticalShown: look.isCriticalShown, statuses: look.statuses });
  }

  #view(): PictureView | undefined {
    const { session, state } = this.#parts;
    const { model, isPlan } = session;
    if (!model) return undefined;
    return {
      model,
      open: state.open,
      isPlan,
      selected: state.selected,
      hasFocus: this.#hasFocus,
      hits: state.search.text === '' ? noIds : state.search.hits,
      statuses: new Set(state.look.statuses),
      critical: state.critical,
      nowMs: () => session.nowMs(),
    };
  }

  #press(event: KeyboardEvent): void {
    const { session, state, onMenu, onFind } = this.#parts;
    const { model } = session;
    if (!model) return;
    const isMeant = pressKey(event, {
      model,
      rows: visibleRows(model.top, state.open),
      current: state.selected,
      select: (node) => state.select(node),
      open: (node) => this.#openRun(node),
      toggle: (node) => state.toggle(node),
      menu: (node) => {
        const box = this.#picture.pageBoxOf(node);
        if (box) onMenu(node, { x: box.left + 20, y: box.bottom });
      },
      zoom: (factor) => this.#picture.zoom(factor),
      moveBy: (pixels) => this.#picture.moveBy(pixels),
      fit: () => this.#picture.fit(),
      find: onFind,
    });
    if (!isMeant) return;
    event.preventDefault();
    event.stopPropagation();
  }
}
