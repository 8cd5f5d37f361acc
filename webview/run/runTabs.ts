/**
 * The tabs of the run panel, by the toolkit's panels: arrow keys, Home and End go from one to the next. The element of a tab
 * is made when the tab is shown for the first time.
 */
import { html, nothing, type TemplateResult } from 'lit';
import { literal, html as staticHtml } from 'lit/static-html.js';
import { type RunPanelTab, runPanelTabs } from '../../src/protocol/runPanel';
import type { PanelSurroundings } from './panelTab';

const looks = {
  charts: { name: 'Charts', tag: literal`sidelab-charts` },
  parameters: { name: 'Parameters & metadata', tag: literal`sidelab-parameters` },
  events: { name: 'Events', tag: literal`sidelab-events` },
  attempts: { name: 'Attempts', tag: literal`sidelab-attempts` },
  output: { name: 'Output', tag: literal`sidelab-output` },
} as const satisfies Record<RunPanelTab, { readonly name: string; readonly tag: ReturnType<typeof literal> }>;

/** `made`: the tabs that have been shown at least once. */
export function runTabs(
  around: PanelSurroundings,
  shown: RunPanelTab,
  made: ReadonlySet<RunPanelTab>,
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
          >${looks[tab].name}</vscode-panel-tab
        >`,
    )}
    ${runPanelTabs.map(
      (tab) =>
        html`<vscode-panel-view id="view-${tab}" ?hidden=${tab !== shown}
          >${
            made.has(tab)
              ? staticHtml`<${looks[tab].tag} class="tab" .surroundings=${around}></${looks[tab].tag}>`
              : nothing
          }</vscode-panel-view
        >`,
    )}
  </vscode-panels>`;
}

const tabId = (tab: RunPanelTab): string => `tab-${tab}`;

/** The tab that a tab's element is of. */
export const tabOf = (element: Element): RunPanelTab | undefined =>
  runPanelTabs.find((tab) => `sidelab-${tab}` === element.localName);
