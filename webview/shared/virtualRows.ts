/**
 * A long list of which only the rows in view are in the page, in a box that scrolls. A kept library does the arithmetic; this binds it
 * to the page by its object model alone, since the content policy forbids styles in the markup:
 *
 *     <div class="box" tabindex="0"><div class="sizer"><div class="window">…rows with data-index…</div></div></div>
 */
import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  type VirtualItem,
  Virtualizer,
} from '@tanstack/virtual-core';
import { type Disposable, toDisposable } from '../../src/base/lifecycle';

export interface VirtualRowsOptions {
  readonly box: HTMLElement;
  /** Of a row before it was seen. */
  readonly estimatePx: number;
  /** `end`: what is added above leaves what is seen in its place, and who is at the end stays there. */
  readonly anchor: 'start' | 'end';
  /** Other rows are in view. */
  readonly onChange: () => void;
}

export class VirtualRows implements Disposable {
  readonly #options: VirtualRowsOptions;
  readonly #virtualizer: Virtualizer<HTMLElement, HTMLElement>;
  readonly #unmount: Disposable;
  #keyOf: (index: number) => string | number = (index) => index;
  #isAlive = true;

  constructor(options: VirtualRowsOptions) {
    this.#options = options;
    this.#virtualizer = new Virtualizer<HTMLElement, HTMLElement>(this.#settings(0));
    this.#unmount = toDisposable(this.#virtualizer._didMount());
    this.#virtualizer._willUpdate();
  }

  /** What there is; before `items`. */
  set(count: number, keyOf: (index: number) => string | number): void {
    this.#keyOf = keyOf;
    this.#virtualizer.setOptions(this.#settings(count));
  }

  /** The rows to be rendered. */
  get items(): readonly VirtualItem[] {
    return this.#virtualizer.getVirtualItems();
  }

  get isAtEnd(): boolean {
    return this.#virtualizer.isAtEnd(4);
  }

  /** After the rows were rendered: gives the list its height and puts the rows in their place. */
  rendered(): void {
    const { box } = this.#options;
    this.#virtualizer._willUpdate();
    const sizer = box.querySelector<HTMLElement>('.sizer');
    const rows = box.querySelector<HTMLElement>('.window');
    if (!sizer || !rows) return;
    sizer.style.height = `${this.#virtualizer.getTotalSize()}px`;
    rows.style.transform = `translateY(${this.items[0]?.start ?? 0}px)`;
    for (const row of rows.children) if (row instanceof HTMLElement) this.#virtualizer.measureElement(row);
  }

  scrollTo(index: number, align: 'auto' | 'start' | 'center' | 'end' = 'auto'): void {
    this.#virtualizer.scrollToIndex(index, { align });
  }

  dispose(): void {
    this.#isAlive = false;
    this.#unmount.dispose();
  }

  #settings(count: number): Virtualizer<HTMLElement, HTMLElement>['options'] {
    const { box, estimatePx, anchor } = this.#options;
    const options = {
      count,
      getScrollElement: () => box,
      estimateSize: () => estimatePx,
      getItemKey: (index: number) => this.#keyOf(index),
      scrollToFn: elementScroll,
      observeElementRect,
      observeElementOffset,
      overscan: 10,
      anchorTo: anchor,
      followOnAppend: anchor === 'end',
      onChange: () => {
        if (this.#isAlive) this.#options.onChange();
      },
    } as const;
    // The library fills in the rest.
    return options as unknown as Virtualizer<HTMLElement, HTMLElement>['options'];
  }
}
