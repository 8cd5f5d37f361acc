/** `<sidelab-events>`: the tab with what the run said of itself: all of it, newest first, by level and by text. */
import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { DisposableStore } from '../../src/base/lifecycle';
import { type EventLevel, eventLevels, type RunEvent } from '../../src/model/run';
import { plainText } from '../../src/model/plainText';
import { fitBox } from '../shared/fitBox';
import { patternOf } from '../shared/marked';
import { countOf } from '../shared/numbers';
import { VirtualRows } from '../shared/virtualRows';
import { EventPages } from './eventPages';
import { eventRow } from './eventRow';
import { PanelTab } from './panelTab';
import { searchField } from './searchField';

const levelChoices: readonly (readonly [value: EventLevel | '', words: string])[] = [
  ['', 'All levels'],
  ['info', 'Info and above'],
  ['warning', 'Warnings and errors'],
  ['error', 'Errors'],
];
/** One line of text and its border. */
const rowPx = 30;
/** Older ones are asked for when this many rows are left below. */
const aheadRows = 40;

export class EventsTab extends PanelTab {
  #owned: DisposableStore | undefined;
  #pages: EventPages | undefined;
  #rows: VirtualRows | undefined;
  /** The row that Tab leads to. */
  #current: number | undefined;
  #focusCurrent = false;
  readonly #open = new Set<number>();

  protected override shown(): void {
    const { session } = this.around;
    const owned = new DisposableStore();
    this.#owned = owned;
    this.#pages ??= new EventPages(session.askEvents);
    const pages = this.#pages;
    owned.own(pages.onDidChange(() => this.requestUpdate()));
    owned.own(session.onDidRefresh(() => void pages.restart()));
    owned.own(session.onDidAppend(({ events }) => pages.append(events)));
    owned.own(this.onResize());
    void pages.restart();
  }

  protected override concealed(): void {
    this.#owned?.dispose();
    this.#owned = undefined;
    this.#rows?.dispose();
    this.#rows = undefined;
  }

  protected override render(): TemplateResult | typeof nothing {
    const pages = this.#pages;
    if (!pages) return nothing;
    return html`<div class="bar">
        ${searchField('Filter by text', pages.filter.text ?? '', (text) => pages.setFilter({ ...pages.filter, text }))}
        ${this.#levelChoice(pages)}
        <span class="muted" role="status">${this.#summary(pages)}</span>
      </div>
      ${pages.failure === undefined ? nothing : html`<p class="notice error">The events could not be read: ${pages.failure}</p>`}
      ${
        pages.waiting > 0
          ? html`<button type="button" class="fresh" @click=${() => this.#toTop()}>
              ${countOf(pages.waiting, 'new event')}
            </button>`
          : nothing
      }
      <div
        class="box events"
        role="feed"
        aria-label="Events, newest first"
        aria-busy=${pages.isLoading ? 'true' : 'false'}
        tabindex=${pages.events.length > 0 ? -1 : nothing}
        @scroll=${this.#onScroll}
        @keydown=${this.#onKey}
      >
        <div class="sizer"><div class="window">${this.#visibleRows(pages)}</div></div>
      </div>`;
  }

  protected override updated(): void {
    const box = this.querySelector('.box');
    if (box instanceof HTMLElement) fitBox(box);
    this.#rows?.rendered();
    if (!this.#rows && box instanceof HTMLElement) {
      this.#rows = new VirtualRows({ box, estimatePx: rowPx, anchor: 'start', onChange: () => this.requestUpdate() });
      this.requestUpdate();
    }
    if (!this.#focusCurrent) return;
    const row = this.querySelector('[role="article"][tabindex="0"]');
    if (!(row instanceof HTMLElement)) return;
    this.#focusCurrent = false;
    row.focus({ preventScroll: true });
  }

  #visibleRows(pages: EventPages): unknown {
    const { events } = pages;
    const rows = this.#rows;
    if (!rows) return nothing;
    rows.set(events.length, (index) => events[index]?.sequence ?? index);
    const { items } = rows;
    if (
      (items.at(-1)?.index ?? 0) >= events.length - aheadRows &&
      pages.hasMore &&
      pages.isLoaded &&
      pages.failure === undefined
    )
      queueMicrotask(() => void pages.loadOlder());
    if (!events.some(({ sequence }) => sequence === this.#current)) this.#current = events[0]?.sequence;
    const { session } = this.around;
    const look = {
      nowMs: session.nowMs(),
      pattern: patternOf(pages.filter.text ?? ''),
      showAttempt: (session.view?.detail.attempts.length ?? 0) > 1,
    };
    return repeat(
      items,
      ({ key }) => key,
      ({ index }) => {
        const event = events[index];
        return event && this.#row(event, index, pages, look);
      },
    );
  }

  #row(
    event: RunEvent,
    index: number,
    pages: EventPages,
    look: Omit<Parameters<typeof eventRow>[1], 'isOpen' | 'isCurrent' | 'toggle'>,
  ): TemplateResult {
    const { sequence } = event;
    const toggle = (): void => {
      if (!this.#open.delete(sequence)) this.#open.add(sequence);
      this.requestUpdate();
    };
    return html`<article
      data-index=${index}
      class="event"
      aria-posinset=${index + 1}
      aria-setsize=${pages.hasMore ? -1 : pages.events.length}
      aria-label=${`${event.level}: ${plainText(event.message.slice(0, 200))}`}
      tabindex=${sequence === this.#current ? 0 : -1}
      role="article"
      @focusin=${() => this.#setCurrent(sequence)}
    >
      ${eventRow(event, { ...look, isOpen: this.#open.has(sequence), toggle, isCurrent: sequence === this.#current })}
    </article>`;
  }

  #levelChoice(pages: EventPages): TemplateResult {
    const choose = ({ target }: Event): void => {
      if (!(target instanceof HTMLElement && 'value' in target)) return;
      const least = eventLevels.find((level) => level === target.value);
      if (least !== pages.filter.least) pages.setFilter({ ...pages.filter, least });
    };
    return html`<vscode-dropdown aria-label="Level" class="choice" @change=${choose}>
      ${levelChoices.map(
        ([value, words]) =>
          html`<vscode-option value=${value} ?selected=${value === (pages.filter.least ?? '')}
            >${words}</vscode-option
          >`,
      )}
    </vscode-dropdown>`;
  }

  #summary(pages: EventPages): string {
    const { length } = pages.events;
    const isFiltered = pages.filter.least !== undefined || (pages.filter.text ?? '') !== '';
    if (!pages.isLoaded) return 'Loading…';
    if (length === 0 && !pages.hasMore) return isFiltered ? 'No event matches.' : 'No events yet.';
    if (length === 0) return 'Searching…';
    return `${countOf(length, 'event')}${pages.hasMore ? ', older ones as you scroll' : ''}`;
  }

  readonly #onScroll = ({ currentTarget }: Event): void => {
    if (currentTarget instanceof HTMLElement) this.#pages?.hold(currentTarget.scrollTop > 4);
  };

  #toTop(): void {
    this.#pages?.hold(false);
    this.#rows?.scrollTo(0, 'start');
  }

  #setCurrent(sequence: number): void {
    if (sequence === this.#current) return;
    this.#current = sequence;
    this.requestUpdate();
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    const events = this.#pages?.events ?? [];
    const at = events.findIndex(({ sequence }) => sequence === this.#current);
    const current = events[at];
    if (!current) return;
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey;
    const isRow = event.target instanceof HTMLElement && event.target.role === 'article';
    const goTo = (index: number): void => {
      const to = Math.min(events.length - 1, Math.max(0, index));
      this.#current = events[to]?.sequence;
      this.#focusCurrent = true;
      this.#rows?.scrollTo(to);
      this.requestUpdate();
    };
    if (event.key === 'ArrowDown' && isPlain) goTo(at + 1);
    else if (event.key === 'ArrowUp' && isPlain) goTo(at - 1);
    else if (event.key === 'PageDown' && isPlain) goTo(at + 10);
    else if (event.key === 'PageUp' && isPlain) goTo(at - 10);
    else if (event.key === 'Home' && isPlain) goTo(0);
    else if (event.key === 'End' && isPlain) goTo(events.length - 1);
    else if ((event.key === 'Enter' || event.key === ' ') && isRow) {
      if (!this.#open.delete(current.sequence)) this.#open.add(current.sequence);
      this.requestUpdate();
    } else if (event.key.toLowerCase() === 'c' && (event.ctrlKey || event.metaKey) && isRow) {
      if (getSelection()?.isCollapsed === false) return;
      void navigator.clipboard.writeText(current.message);
    } else return;
    event.preventDefault();
  };
}
