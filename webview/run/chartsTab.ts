/** `<sidelab-charts>`: the tab with the curves of the run. */
import { html, nothing, type TemplateResult } from 'lit';
import { isSettled } from '../../src/model/runStatus';
import { axisNames, seriesAxes } from './axisText';
import { ChartGrid } from './chartGrid';
import { PanelTab } from './panelTab';
import type { RunPanelSession } from './runPanelSession';

export class ChartsTab extends PanelTab {
  protected override render(): TemplateResult | typeof nothing {
    const { session } = this.around;
    const { view } = session;
    if (!view) return nothing;
    if (view.metrics.length === 0)
      return html`<p class="empty">
        ${isSettled(view.run.status) ? 'This run logged no metrics.' : 'No metrics yet.'} A program logs them by
        appending JSON lines to the file named by <code>SIDELAB_RUN_LOG</code>.
      </p>`;
    return html`<h2 class="hiddenText">Charts</h2>
      <div class="chartsHead">${this.#axisChoice(session)}</div>
      <sidelab-chart-grid .surroundings=${this.around}></sidelab-chart-grid>`;
  }

  protected override updated(): void {
    const grid = this.querySelector('sidelab-chart-grid');
    if (grid instanceof ChartGrid) grid.refresh();
  }

  #axisChoice(session: RunPanelSession): TemplateResult {
    const choose = ({ target }: Event): void => {
      const axis = seriesAxes.find(
        (known) => target instanceof HTMLElement && 'value' in target && known === target.value,
      );
      if (axis === undefined || axis === session.board.axis) return;
      session.board.setAxis(axis);
      this.around.kept.keep({ axis });
      this.requestUpdate();
    };
    return html`<span class="axisChoice">
      <span aria-hidden="true">X axis</span>
      <vscode-dropdown aria-label="X axis" current-value=${session.board.axis} @change=${choose}>
        ${seriesAxes.map((axis) => html`<vscode-option value=${axis}>${axisNames[axis]}</vscode-option>`)}
      </vscode-dropdown>
    </span>`;
  }
}
