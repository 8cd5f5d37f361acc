/**
 * The root of the bundle that draws the first picture of a run panel, in the extension host: the panel's own templates as text, with
 * the first charts as SVG. What looks at a part of a range, or gives charts sizes of their own, is left to the panel.
 */
// Gives vscode-jsonrpc its platform.
import 'vscode-jsonrpc/node';
import { html, nothing, type TemplateResult } from 'lit';
import { systemClock } from '../../../src/base/clock';
import { type ChartPlan, layOutCharts } from '../../../src/model/chartLayout';
import type { ChartSettings } from '../../../src/model/chartSettings';
import type { NoticeListeners } from '../../../src/protocol/peer';
import type { RunPanelContract } from '../../../src/protocol/runPanel';
import { canBePictured, type DrawRunPicture } from '../../../src/protocol/runPicture';
import { SharedCursor } from '../../shared/charts/sharedCursor';
import { icon, type IconName } from '../../shared/icons';
import { panelNotices } from '../../shared/panelNotices';
import { chartGroup } from '../charts/chartGroup';
import { chartHead } from '../charts/chartHead';
import type { ChartedSeries } from '../charts/chartScene';
import { keyOf, loadedSeries } from '../charts/chartSeries';
import { ChartsModel } from '../charts/chartsModel';
import { chartToolbar } from '../charts/chartToolbar';
import { captionOf, shownValue } from '../charts/chartWords';
import { runHead } from '../runHead';
import { RunPanelSession } from '../runPanelSession';
import { runTabs } from '../runTabs';
import { PlotPictures } from './plotPicture';
import { Markup, templateText } from './templateText';

/** More than a large screen has. */
const mostCharts = 12;
const ignore = (): void => undefined;

export const runPicture: DrawRunPicture = ({ snapshot, charts: settings, look }) => {
  const { firstSeries } = snapshot;
  if (!firstSeries || !canBePictured(settings)) return undefined;
  let listeners: NoticeListeners<RunPanelContract> = {};
  const session = new RunPanelSession((own) => {
    listeners = own;
    return { call: async () => new Promise(ignore), dispose: ignore };
  }, systemClock);
  const pictures = new PlotPictures(look);
  try {
    listeners['panel.given']?.({ id: '', tab: 'charts', snapshot });
    const page = pageOf(session, settings, pictures);
    return page && textOf(page);
  } finally {
    pictures.dispose();
    session.dispose();
  }
};

function pageOf(session: RunPanelSession, settings: ChartSettings, pictures: PlotPictures): TemplateResult | undefined {
  const { view, board } = session;
  if (!view) return undefined;
  const { metrics } = view;
  const model = new ChartsModel(settings, ignore);
  const layout = layOutCharts(metrics, settings);
  const cursor = new SharedCursor();
  let left = mostCharts;
  let count = 0;
  const card = (plan: ChartPlan): TemplateResult => {
    const places = plan.metrics.map((metric) => metrics.indexOf(metric));
    const { columns = 1, isPinned = false } = plan.choice;
    for (const metric of columns === 1 ? plan.metrics : []) {
      board.show({ key: keyOf(plan, metric), metric, axis: settings.axis, buckets: 1 });
    }
    const series = loadedSeries(board, plan, places);
    const head = {
      legends: plan.metrics.map((metric, at) => ({
        metric,
        colorIndex: (plan.metrics.length > 1 ? at : (places[0] ?? 0)) % 6,
        value: shownValue({ session, cursor }, series, metric),
      })),
      ...{ isPinned, isAlone: false, isZoomed: false },
      ...{ menu: () => [], onPin: ignore, onAlone: ignore, onZoomOut: ignore },
    };
    return html`<div class="chart columns${columns}">
      ${chartHead(head)}
      <div class="plot">${plot(plan, series)}</div>
      <p class="caption">${series.length > 0 ? captionOf({ model, session }, plan, series) : nothing}</p>
    </div>`;
  };
  const plot = (plan: ChartPlan, series: readonly ChartedSeries[]): unknown => {
    if (series.length < plan.metrics.length || plan.choice.x || plan.choice.y) return nothing;
    return new Markup(pictures.svg(`plot${(count += 1)}`, plan, settings, series));
  };
  const groups = layout.groups.map((group) => {
    const made = group.isClosed ? [] : group.charts.slice(0, left);
    left -= made.length;
    return chartGroup(group, ignore, made.map(card));
  });
  const bar = chartToolbar(model, layout, { chooseMetric: ignore, help: ignore });
  const content = html`<div class="tab">
    <h2 class="hiddenText">Charts</h2>
    <div>${bar} ${groups}</div>
  </div>`;
  return html`<main>
    ${panelNotices(session, true)} ${runHead(session, view, false)}
    ${runTabs('charts', (tab) => (tab === 'charts' ? content : nothing), ignore)}
  </main>`;
}

/** Elements that come alive with the panel's script stand here as what they will show: nothing must come alive in a picture. */
function textOf(page: TemplateResult): string {
  const button = (look: string, name: IconName): string =>
    templateText(
      html`<picture-part><button class=${look}>${icon(name)}</button> <span class="hiddenText"></span></picture-part>`,
    );
  let menus = 0;
  return templateText(page)
    .replace(/<sidelab-copy-button[^>]*><\/sidelab-copy-button>/g, button('copy', 'copy'))
    .replace(/<sidelab-menu[^>]*><\/sidelab-menu>/g, () =>
      // The first is that of all charts.
      button('iconButton', (menus += 1) === 1 ? 'settings' : 'more'),
    );
}
