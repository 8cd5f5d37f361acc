/** `<sidelab-copy-button>`: copies a text, or does what it is told, and says for a moment whether that worked. */
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { icon } from './icons';

const saidForMs = 1500;

export class CopyButton extends LitElement {
  #subject = '';
  #copy: () => Promise<void> = async () => undefined;
  #inTabOrder = true;
  #outcome: 'copied' | 'not copied' | undefined;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  /** What is copied, in words: "Copy the folder". */
  set subject(subject: string) {
    if (subject === this.#subject) return;
    this.#subject = subject;
    this.requestUpdate();
  }

  /** False where another key than Tab leads to it. */
  set inTabOrder(inTabOrder: boolean) {
    if (inTabOrder === this.#inTabOrder) return;
    this.#inTabOrder = inTabOrder;
    this.requestUpdate();
  }

  set copy(copy: () => Promise<void>) {
    this.#copy = copy;
  }

  protected override render(): TemplateResult {
    const label = `Copy the ${this.#subject}`;
    return html`<button
        type="button"
        class="copy"
        tabindex=${this.#inTabOrder ? 0 : -1}
        title=${label}
        aria-label=${label}
        @click=${() => void this.#run()}
      >
        ${icon(this.#outcome === 'copied' ? 'tick' : 'copy')}
      </button>
      <span class="hiddenText" role="status">${this.#outcome ?? nothing}</span>`;
  }

  async #run(): Promise<void> {
    try {
      await this.#copy();
      this.#outcome = 'copied';
    } catch {
      // The browser refuses when the panel has no focus; the text can still be selected.
      this.#outcome = 'not copied';
    }
    this.requestUpdate();
    setTimeout(() => {
      this.#outcome = undefined;
      this.requestUpdate();
    }, saidForMs);
  }
}
