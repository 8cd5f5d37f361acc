/** `<sidelab-charts>`: the tab with the curves of the run. */
import { html, type TemplateResult } from 'lit';
import { defaultChartSettings } from '../../src/model/chartSettings';
import { ChartBoard } from './charts/chartBoard';
import { openCharts } from './charts/openCharts';
import type { ChartsSurroundings } from './charts/surroundings';
import { PanelTab } from './panelTab';

export class ChartsTab extends PanelTab {
  #charts: ChartsSurroundings | undefined;

  protected override render(): TemplateResult {
    this.#charts ??= this.#open();
    return html`<h2 class="hiddenText">Charts</h2>
      <sidelab-chart-board .surroundings=${this.#charts}></sidelab-chart-board>`;
  }

  protected override updated(): void {
    this.#board?.refresh();
  }

  protected override concealed(): void {
    this.#board?.rest();
    this.#charts?.cursor.move(undefined);
  }

  #open(): ChartsSurroundings {
    const { session, frames, theme, kept } = this.around;
    return openCharts(() => this.#board, {
      session,
      frames,
      theme,
      settings: kept.current.charts ?? defaultChartSettings,
      keep: (charts) => kept.keep({ charts }),
    });
  }

  get #board(): ChartBoard | undefined {
    const board = this.querySelector('sidelab-chart-board');
    return board instanceof ChartBoard ? board : undefined;
  }
}
