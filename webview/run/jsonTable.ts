/**
 * `<sidelab-json-table>`: parameters or metadata as a tree in a table. One row has the focus: arrow keys go from row to row, open and
 * close groups; Ctrl+C copies the row's value, Ctrl+Shift+C its key path.
 */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { visibleControls } from '../../src/model/plainText';
import { marked } from '../shared/marked';
import { formatCount } from '../shared/numbers';
import { type JsonRow, type JsonRows, jsonRows, type MoreRow } from './jsonRows';
import { copyText, type JsonNode, parseJsonTree } from './jsonTree';

const deepestIndent = 8;
const rowsAtOnce = 200;
const longestText = 4000;
const longestKey = 400;

export class JsonTable extends LitElement {
  #json = '{}';
  #tree: readonly JsonNode[] = [];
  #label = '';
  #filter = '';
  #isVaried: (keyPath: string) => boolean = () => false;
  #shown: JsonRows = { rows: [], matches: 0 };
  /** The row that Tab leads to, by its path. */
  #current: string | undefined;
  #focusCurrent = false;
  #said = '';
  readonly #closed = new Set<string>();
  /** How many rows of a group are shown, where more were wished for. */
  readonly #most = new Map<string, number>();

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  set json(json: string) {
    if (json === this.#json) return;
    this.#json = json;
    this.#tree = parseJsonTree(json);
    this.requestUpdate();
  }

  set label(label: string) {
    this.#label = label;
  }

  set filter(filter: string) {
    if (filter === this.#filter) return;
    this.#filter = filter;
    this.#most.delete('');
    this.requestUpdate();
  }

  /** Which of the values a sweep varies. */
  set isVaried(isVaried: (keyPath: string) => boolean) {
    this.#isVaried = isVaried;
  }

  protected override render(): TemplateResult {
    this.#shown = jsonRows(this.#tree, {
      isClosed: (path) => this.#closed.has(path),
      mostIn: (path) => this.#most.get(path) ?? rowsAtOnce,
      filter: this.#filter,
    });
    const { rows } = this.#shown;
    if (rows.length === 0) return html`<p class="muted">${this.#filter === '' ? 'None.' : 'Nothing matches.'}</p>`;
    if (!rows.some((row) => keyOf(row) === this.#current)) this.#current = rows[0] && keyOf(rows[0]);
    return html`<table class="rows json" role="treegrid" aria-label=${this.#label} @keydown=${this.#onKey}>
        <thead class="hiddenText">
          <tr role="row">
            <th role="columnheader" scope="col">Key</th>
            <th role="columnheader" scope="col">Value</th>
          </tr>
        </thead>
        <tbody>
          ${repeat(rows, keyOf, (row) => ('node' in row ? this.#row(row) : this.#moreRow(row)))}
        </tbody>
      </table>
      <span class="hiddenText" role="status">${this.#said}</span>`;
  }

  protected override updated(_changed: PropertyValues): void {
    if (!this.#focusCurrent) return;
    this.#focusCurrent = false;
    const row = this.querySelector('tr[tabindex="0"]');
    if (row instanceof HTMLElement) row.focus();
  }

  #row(row: JsonRow): TemplateResult {
    const { node, depth, isOpen } = row;
    const key = html`<bdi class="key">${clipped(node.key, longestKey, row.inKey)}</bdi>`;
    const isVaried = this.#isVaried(node.keyPath);
    return html`<tr
      role="row"
      aria-level=${depth + 1}
      aria-expanded=${isOpen === undefined ? nothing : isOpen ? 'true' : 'false'}
      tabindex=${node.path === this.#current ? 0 : -1}
      @focusin=${() => this.#moveTo(node.path, false)}
    >
      <th role="rowheader" scope="row" class="indent${Math.min(depth, deepestIndent)}">
        ${
          isOpen === undefined
            ? key
            : html`<button
                type="button"
                class="fold"
                tabindex="-1"
                aria-expanded=${isOpen ? 'true' : 'false'}
                @click=${() => this.#toggle(node.path)}
              >
                ${key}
              </button>`
        }
        ${isVaried ? html`<span class="varied" title="This trial’s own value, by the sweep">varied</span>` : nothing}
      </th>
      <td role="gridcell" class="value ${node.kind}">
        <span class="valueText">${clipped(node.text, longestText, row.inText)}</span>${this.#copyButtons(node)}
      </td>
    </tr>`;
  }

  #copyButtons(node: JsonNode): TemplateResult {
    const isCurrent = node.path === this.#current;
    const button = (subject: string, text: () => string): TemplateResult =>
      html`<sidelab-copy-button
        .subject=${subject}
        .inTabOrder=${isCurrent}
        .copy=${async () => navigator.clipboard.writeText(text())}
      ></sidelab-copy-button>`;
    return html`<span class="rowActions"
      >${button('value', () => copyText(node.value))}${node.keyPath === '' ? nothing : button('key path', () => node.keyPath)}</span
    >`;
  }

  #moreRow(row: MoreRow): TemplateResult {
    const key = keyOf(row);
    return html`<tr
      role="row"
      aria-level=${row.depth + 1}
      tabindex=${key === this.#current ? 0 : -1}
      @focusin=${() => this.#moveTo(key, false)}
    >
      <td role="gridcell" class="note indent${Math.min(row.depth, deepestIndent)}" colspan="2">
        <button type="button" class="link" tabindex="-1" @click=${() => this.#showMore(row)}>
          Show ${formatCount(Math.min(rowsAtOnce, row.hidden))} more of ${formatCount(row.hidden)}
        </button>
      </td>
    </tr>`;
  }

  #toggle(path: string): void {
    if (!this.#closed.delete(path)) this.#closed.add(path);
    this.requestUpdate();
  }

  #showMore({ moreOf }: MoreRow): void {
    this.#most.set(moreOf, (this.#most.get(moreOf) ?? rowsAtOnce) + rowsAtOnce);
    this.requestUpdate();
  }

  #moveTo(path: string | undefined, focus: boolean): void {
    if (path === undefined || (path === this.#current && !focus)) return;
    this.#current = path;
    this.#focusCurrent = focus;
    this.requestUpdate();
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    const { rows } = this.#shown;
    const at = rows.findIndex((row) => keyOf(row) === this.#current);
    const row = rows[at];
    if (!row) return;
    const goTo = (index: number): void => {
      const target = rows[Math.min(rows.length - 1, Math.max(0, index))];
      this.#moveTo(target && keyOf(target), true);
    };
    const isOnRow = event.target instanceof HTMLTableRowElement;
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (event.key === 'ArrowDown' && isPlain) goTo(at + 1);
    else if (event.key === 'ArrowUp' && isPlain) goTo(at - 1);
    else if (event.key === 'PageDown' && isPlain) goTo(at + 10);
    else if (event.key === 'PageUp' && isPlain) goTo(at - 10);
    else if (event.key === 'Home' && isPlain) goTo(0);
    else if (event.key === 'End' && isPlain) goTo(rows.length - 1);
    else if (event.key === 'ArrowRight' && isPlain && 'node' in row) {
      if (row.isOpen === false) this.#toggle(row.node.path);
      else if (row.isOpen) goTo(at + 1);
    } else if (event.key === 'ArrowLeft' && isPlain && 'node' in row) {
      if (row.isOpen && this.#filter === '') this.#toggle(row.node.path);
      else goTo(rows.slice(0, at).findLastIndex(({ depth }) => depth < row.depth));
    } else if ((event.key === 'Enter' || event.key === ' ') && isOnRow) {
      if (!('node' in row)) this.#showMore(row);
      else if (row.isOpen !== undefined) this.#toggle(row.node.path);
    } else if (event.key.toLowerCase() === 'c' && (event.ctrlKey || event.metaKey) && 'node' in row) {
      // A selection is what is wanted more.
      if (getSelection()?.isCollapsed === false) return;
      void this.#copy(event.shiftKey ? 'key path' : 'value', row.node);
    } else return;
    event.preventDefault();
  };

  async #copy(what: 'key path' | 'value', node: JsonNode): Promise<void> {
    try {
      await navigator.clipboard.writeText(what === 'value' ? copyText(node.value) : node.keyPath);
      this.#said = `Copied the ${what}`;
    } catch {
      this.#said = 'Not copied';
    }
    this.requestUpdate();
  }
}

/** What a row is known by: paths of nodes begin with a slash or are empty. */
const keyOf = (row: JsonRow | MoreRow): string => ('node' in row ? row.node.path : `more${row.moreOf}`);

/** What is shown of a text; ranges hold, since control characters are replaced one by one. */
function clipped(text: string, most: number, ranges: JsonRow['inKey']): unknown {
  if (text.length <= most) return marked(visibleControls(text), ranges);
  const inside = ranges.filter(([, to]) => to <= most);
  return html`${marked(visibleControls(text.slice(0, most)), inside)}…`;
}
