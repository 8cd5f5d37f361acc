/** The tabs of the run panel, by the toolkit's panels: arrow keys, Home and End go from one to the next. */
import { html, type nothing, type TemplateResult } from 'lit';
import { type RunPanelTab, runPanelTabs } from '../../src/protocol/runPanel';

const names = {
  charts: 'Charts',
  parameters: 'Parameters & metadata',
  events: 'Events',
  attempts: 'Attempts',
  output: 'Output',
} as const satisfies Record<RunPanelTab, string>;

/** `contentOf`: what is in a tab. */
export function runTabs(
  shown: RunPanelTab,
  contentOf: (tab: RunPanelTab) => TemplateResult | typeof nothing,
  show: (tab: RunPanelTab) => void,
): TemplateResult {
  const choose = ({ target, currentTarget }: Event): void => {
    // What is in the tabs has changes of its own.
    if (target !== currentTarget || !(target instanceof HTMLElement) || !('activeid' in target)) return;
    const tab = runPanelTabs.find((name) => target.activeid === tabId(name));
    if (tab) show(tab);
  };
  // Which is shown is said to the toolkit by `activeid`; the rest of it is for the time before the toolkit is there.
  // No sliding indicator: without its transition, as with reduced motion, it stays where it was.
  return html`<vscode-panels
    role="group"
    aria-label="Parts of the run"
    activeid=${tabId(shown)}
    .activeindicator=${false}
    @change=${choose}
  >
    ${runPanelTabs.map(
      (tab) =>
        html`<vscode-panel-tab id=${tabId(tab)} aria-selected=${tab === shown ? 'true' : 'false'}
          >${names[tab]}</vscode-panel-tab
        >`,
    )}
    ${runPanelTabs.map(
      (tab) => html`<vscode-panel-view id="view-${tab}" ?hidden=${tab !== shown}>${contentOf(tab)}</vscode-panel-view>`,
    )}
  </vscode-panels>`;
}

const tabId = (tab: RunPanelTab): string => `tab-${tab}`;

/** The tab that a tab's element is of. */
export const tabOf = (element: Element): RunPanelTab | undefined =>
  runPanelTabs.find((tab) => `sidelab-${tab}` === element.localName);
