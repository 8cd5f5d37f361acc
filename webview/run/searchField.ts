/** The field that filters a tab's list as one types. Escape empties it. */
import { html, type TemplateResult } from 'lit';

export function searchField(label: string, value: string, search: (text: string) => void): TemplateResult {
  const onInput = ({ target }: Event): void => {
    if (target instanceof HTMLElement && 'value' in target && typeof target.value === 'string') search(target.value);
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || value === '') return;
    event.preventDefault();
    search('');
  };
  // The toolkit takes the field's name from its content alone; the style sheet hides it where the placeholder says the same.
  // prettier-ignore
  return html`<vscode-text-field class="search" placeholder=${label} .value=${value} @input=${onInput} @keydown=${onKey}>${label}</vscode-text-field>`;
}
