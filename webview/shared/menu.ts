/**
 * `<sidelab-menu>`: a button that opens a list of things to do, on the browser's own popover (which closes it by Escape or
 * a click elsewhere and keeps it above everything). Neither the toolkit nor the library of elements that follows it has a
 * menu that screen readers know as one.
 */
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { icon, type IconName } from './icons';

export interface MenuItem {
  readonly label: string;
  readonly run: () => void;
  /** One of several that can be on; undefined for what is merely done. */
  readonly isChecked?: boolean;
  readonly keys?: string;
  /** A line above it. */
  readonly beginsGroup?: boolean;
}

export class Menu extends LitElement {
  #label = '';
  #icon: IconName = 'more';
  #text: string | undefined;
  #items: () => readonly MenuItem[] = () => [];
  #isOpen = false;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  /** What the button is for, in words. */
  set label(label: string) {
    if (label === this.#label) return;
    this.#label = label;
    this.requestUpdate();
  }

  set icon(name: IconName) {
    this.#icon = name;
  }

  /** Stands in the button instead of the icon. */
  set text(text: string) {
    this.#text = text;
  }

  /** Asked for each time that the menu opens. */
  set items(items: () => readonly MenuItem[]) {
    this.#items = items;
  }

  open(): void {
    this.#popover?.showPopover();
  }

  get #popover(): HTMLElement | undefined {
    return this.querySelector<HTMLElement>('.menu') ?? undefined;
  }

  protected override render(): TemplateResult {
    return html`<button
        type="button"
        class=${this.#text === undefined ? 'iconButton' : 'textButton'}
        aria-haspopup="menu"
        aria-expanded=${this.#isOpen ? 'true' : 'false'}
        aria-label=${this.#label}
        title=${this.#label}
        @click=${() => this.#popover?.togglePopover()}
      >
        ${this.#text ?? icon(this.#icon)}
      </button>
      <div class="menu" popover role="menu" aria-label=${this.#label} @toggle=${this.#onToggle} @keydown=${this.#onKey}>
        ${this.#isOpen ? this.#items().map((item) => this.#item(item)) : nothing}
      </div>`;
  }

  #item(item: MenuItem): TemplateResult {
    const { label, keys, isChecked, beginsGroup } = item;
    const run = (): void => {
      this.#popover?.hidePopover();
      item.run();
    };
    return html`${beginsGroup ? html`<div class="menuLine" role="separator"></div>` : nothing}<button
        type="button"
        class="menuItem"
        tabindex="-1"
        role=${isChecked === undefined ? 'menuitem' : 'menuitemcheckbox'}
        aria-checked=${isChecked === undefined ? nothing : isChecked ? 'true' : 'false'}
        @click=${run}
      >
        <span class="menuMark">${isChecked ? icon('tick') : nothing}</span><span class="menuLabel">${label}</span>${
          keys === undefined ? nothing : html`<span class="menuKeys">${keys}</span>`
        }
      </button>`;
  }

  readonly #onToggle = (event: Event): void => {
    this.#isOpen = event instanceof ToggleEvent && event.newState === 'open';
    this.requestUpdate();
    if (this.#isOpen) void this.updateComplete.then(() => this.#place());
  };

  /** Below the button, or above it where there is no room; within the page. */
  #place(): void {
    const [button, menu] = [this.querySelector('button'), this.#popover];
    if (!button || !menu) return;
    const at = button.getBoundingClientRect();
    const { width, height } = menu.getBoundingClientRect();
    const [pageWidth, pageHeight] = [document.documentElement.clientWidth, window.innerHeight];
    const left = Math.max(4, Math.min(at.right - width, pageWidth - width - 4));
    const below = at.bottom + 2;
    const top = below + height <= pageHeight - 4 ? below : Math.max(4, at.top - height - 2);
    menu.style.left = `${left}px`;
    menu.style.top = `${top}px`;
    this.#itemButtons[0]?.focus();
  }

  get #itemButtons(): readonly HTMLButtonElement[] {
    return [...this.querySelectorAll<HTMLButtonElement>('.menuItem')];
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    const items = this.#itemButtons;
    const at = items.findIndex((item) => item === document.activeElement);
    const go = (index: number): void => {
      event.preventDefault();
      event.stopPropagation();
      items[(index + items.length) % items.length]?.focus();
    };
    if (event.key === 'ArrowDown') go(at + 1);
    else if (event.key === 'ArrowUp') go(at < 0 ? -1 : at - 1);
    else if (event.key === 'Home') go(0);
    else if (event.key === 'End') go(-1);
    else if (event.key === 'Tab') this.#popover?.hidePopover();
    else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && event.key !== ' ') {
      const from = [...items.slice(at + 1), ...items.slice(0, at + 1)];
      const found = from.find((item) => item.textContent.trim().toLowerCase().startsWith(event.key.toLowerCase()));
      if (found) go(items.indexOf(found));
    }
  };
}
