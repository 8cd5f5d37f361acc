/** What is wrong with a panel itself: the source does not answer, an action was not done. */
import { html, nothing, type TemplateResult } from 'lit';
import { icon } from './icons';

export interface Noticed {
  /** Why the source does not answer; undefined while it does. */
  readonly connection: string | undefined;
  readonly failure: string | undefined;
  dismissFailure(): void;
  refresh(): Promise<void>;
}

/** `hasContent`: the panel shows something, though maybe not what was asked for last. */
export function panelNotices(session: Noticed, hasContent: boolean): TemplateResult {
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
                @click=${() => (hasContent ? session.dismissFailure() : void session.refresh())}
                >${hasContent ? 'Dismiss' : 'Try Again'}</vscode-button
              >
            </div>`
      }
    </div>`;
}
