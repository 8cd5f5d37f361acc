/** `<sidelab-events>`: the tab with what the run said of itself. */
import { nothing, type TemplateResult } from 'lit';
import { eventList } from './eventList';
import { PanelTab } from './panelTab';

export class EventsTab extends PanelTab {
  protected override render(): TemplateResult | typeof nothing {
    const { session } = this.around;
    return session.view ? eventList(session.view.events, session.nowMs()) : nothing;
  }
}
