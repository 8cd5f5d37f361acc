/** `<sidelab-json-table>`: parameters or metadata as a table of keys and values whose groups fold. */
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { type JsonRow, jsonRows } from './jsonRows';

const deepestIndent = 8;

export class JsonTable extends LitElement {
  #json = '{}';
  #label = '';
  readonly #closed = new Set<string>();

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  set json(json: string) {
    if (json === this.#json) return;
    this.#json = json;
    this.requestUpdate();
  }

  set label(label: string) {
    this.#label = label;
  }

  protected override render(): TemplateResult {
    const rows = jsonRows(this.#json, (path) => this.#closed.has(path));
    if (rows.length === 0) return html`<p class="muted">None.</p>`;
    return html`<table class="rows" aria-label=${this.#label}>
      <thead class="hiddenText">
        <tr>
          <th scope="col">Key</th>
          <th scope="col">Value</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map((row) => this.#row(row))}
      </tbody>
    </table>`;
  }

  #row(row: JsonRow): TemplateResult {
    const key = html`<span class="key">${row.key}</span>`;
    const toggle = (): void => {
      if (!this.#closed.delete(row.path)) this.#closed.add(row.path);
      this.requestUpdate();
    };
    return html`<tr>
      <th scope="row" class="indent${Math.min(row.depth, deepestIndent)}">
        ${
          row.isOpen === undefined
            ? key
            : html`<button type="button" class="fold" aria-expanded=${row.isOpen ? 'true' : 'false'} @click=${toggle}>
                ${key}
              </button>`
        }
      </th>
      <td class="value ${row.kind}">${row.text === '' ? nothing : row.text}</td>
    </tr>`;
  }
}
