/** What is wrong with the graph panel itself: the source does not answer, an action was not done. */
import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../shared/icons';
import type { GraphSession } from './graphSession';

export function noticePart(session: GraphSession): TemplateResult {
  const { connection, failure } = session;
  return html`<div role="status">
      ${
        connection === undefined
          ? nothing
          : html`<p class="notice warning">
              ${icon('warning')}<span>The engine does not answer: ${connection} Reconnecting…</span>
            </p>`
      }
    </div>
    <div role="alert">
      ${
        failure === undefined
          ? nothing
          : html`<div class="notice error">
              ${icon('cross')}<span>${failure}</span>
              <vscode-button
                appearance="secondary"
                @click=${() => (session.snapshot ? session.dismissFailure() : void session.refresh())}
                >${session.snapshot ? 'Dismiss' : 'Try Again'}</vscode-button
              >
            </div>`
      }
    </div>`;
}
