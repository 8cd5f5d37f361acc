/** `<sidelab-output>`: the tab with what the run's programs wrote: its end, which it follows, or where it was at a time. */
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { systemClock } from '../../src/base/clock';
import { DisposableStore } from '../../src/base/lifecycle';
import { formatBytes } from '../../src/model/byteSize';
import { type OutputStream, outputStreams } from '../../src/model/outputStream';
import { fitBox } from '../shared/fitBox';
import { VirtualRows } from '../shared/virtualRows';
import { attemptAt } from './attemptAt';
import { formatDateTime } from '../shared/axisText';
import { OutputWindow } from './outputWindow';
import { PanelTab } from './panelTab';

const streamNames = { both: 'Both streams', stdout: 'stdout', stderr: 'stderr' } as const satisfies Record<
  OutputStream,
  string
>;
const linePx = 18;
/** More is asked for when so little is left in the direction in which one scrolls. */
const aheadPx = 1200;
/** Frames in which a place must be reached. */
const mostTries = 20;

export class OutputTab extends PanelTab {
  #owned: DisposableStore | undefined;
  #output: OutputWindow | undefined;
  #rows: VirtualRows | undefined;
  /** Where to go once the lines are there. */
  #goTo: 'end' | 'marked' | undefined;
  #tries = 0;
  /** The time that was asked for. */
  #timeMs: number | undefined;

  protected override shown(): void {
    const { session } = this.around;
    const owned = new DisposableStore();
    this.#owned = owned;
    this.#output ??= new OutputWindow(session.askOutput, session.askOutputAt, systemClock);
    const output = this.#output;
    owned.own(output.onDidChange(() => this.requestUpdate()));
    owned.own(
      session.onDidAppend((appended) => {
        if (appended.output) output.grew(this.#rows?.isAtEnd ?? true);
      }),
    );
    owned.own(session.onDidRefresh(() => this.#refreshed(output)));
    owned.own(this.onResize());
    owned.own(session.onDidWishOutput(() => this.#takeWish(output)));
    if (!this.#takeWish(output) && !output.isLoaded) this.#openEnd(output);
    else if (output.isLoaded) output.grew(!output.hasLater);
  }

  protected override concealed(): void {
    this.#owned?.dispose();
    this.#owned = undefined;
    this.#rows?.dispose();
    this.#rows = undefined;
  }

  protected override render(): TemplateResult | typeof nothing {
    const output = this.#output;
    const run = this.around.session.view?.run;
    if (!output || !run) return nothing;
    if (run.children) return html`<p class="empty">It is made of other runs: each of them has its own output.</p>`;
    const { session } = this.around;
    return html`<div class="bar">
        ${this.#attemptChoice(output)} ${this.#streamChoice(output)}
        <vscode-button appearance="secondary" @click=${() => void session.act('showLog', output.attempt || undefined)}
          >Open in Editor</vscode-button
        >
        <span class="muted" role="status">${this.#summary(output)}</span>
      </div>
      ${output.failure === undefined ? nothing : html`<p class="notice error">The output could not be read: ${output.failure}</p>`}
      <div class="outputFrame">
        <div
          class="box output"
          role="region"
          aria-label="Output"
          tabindex="0"
          @scroll=${() => this.requestUpdate()}
          @keydown=${this.#onKey}
        >
          <div class="sizer"><div class="window">${this.#visibleLines(output)}</div></div>
        </div>
        ${
          this.#isAtEnd(output)
            ? nothing
            : html`<vscode-button class="toEnd" appearance="secondary" @click=${() => this.#toEnd()}
                >Go to End</vscode-button
              >`
        }
      </div>`;
  }

  protected override updated(_changed: PropertyValues): void {
    const output = this.#output;
    const rows = this.#rows;
    const box = this.querySelector('.box');
    if (box instanceof HTMLElement) fitBox(box);
    rows?.rendered();
    if (!rows && box instanceof HTMLElement) {
      this.#rows = new VirtualRows({ box, estimatePx: linePx, anchor: 'end', onChange: () => this.requestUpdate() });
      this.requestUpdate();
    }
    if (!rows || !output || output.isBusy || !(box instanceof HTMLElement)) return;
    if (this.#goTo === undefined) this.#loadNear(output, box);
    else if (output.lines.length > 0) this.#go(output, rows);
  }

  /** Until it is there: rows that come into view may be higher than they were thought to be. */
  #go(output: OutputWindow, rows: VirtualRows): void {
    const marked = output.lines.findIndex(({ from }) => from === output.marked);
    const isThere =
      this.#goTo === 'marked' && marked >= 0
        ? this.querySelector('.line.marked') !== null
        : rows.isAtEnd && rows.items.at(-1)?.index === output.lines.length - 1;
    if (isThere || this.#tries >= mostTries) {
      // Where the head is high, the box begins far down.
      if (this.#goTo === 'marked') this.querySelector('.outputFrame')?.scrollIntoView({ block: 'nearest' });
      this.#goTo = undefined;
      this.#tries = 0;
    }
    this.#tries += 1;
    if (this.#goTo === 'marked' && marked >= 0) rows.scrollTo(marked, 'center');
    else if (this.#goTo !== undefined) rows.scrollTo(output.lines.length - 1, 'end');
    requestAnimationFrame(() => this.requestUpdate());
  }

  /** Loads what comes into view next. */
  #loadNear(output: OutputWindow, box: HTMLElement): void {
    // It would be asked again and again.
    if (output.failure !== undefined) return;
    const belowPx = box.scrollHeight - box.clientHeight - box.scrollTop;
    if (box.scrollTop < aheadPx && output.hasEarlier) void output.earlier();
    else if (belowPx < aheadPx && output.hasLater) void output.later();
  }

  #visibleLines(output: OutputWindow): unknown {
    const { lines } = output;
    const rows = this.#rows;
    if (!rows) return nothing;
    rows.set(lines.length, (index) => lines[index]?.from ?? index);
    return repeat(
      rows.items,
      ({ key }) => key,
      ({ index }) => {
        const line = lines[index];
        if (!line) return nothing;
        const isMarked = line.from === output.marked;
        return html`<div
          class="line ${isMarked ? 'marked' : ''}"
          data-index=${index}
          aria-current=${isMarked ? 'true' : nothing}
          .textContent=${line.text}
        ></div>`;
      },
    );
  }

  /** The keys of an editor: the box itself knows Home, End and the pages of what is loaded. */
  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'End' || !this.#output?.hasLater) return;
    event.preventDefault();
    this.#toEnd();
  };

  #toEnd(): void {
    const output = this.#output;
    if (!output) return;
    if (output.hasLater) this.#openEnd(output);
    else this.#rows?.scrollTo(output.lines.length - 1, 'end');
  }

  #isAtEnd(output: OutputWindow): boolean {
    return !output.isLoaded || output.lines.length === 0 || (!output.hasLater && (this.#rows?.isAtEnd ?? true));
  }

  #openEnd(output: OutputWindow, choice = output.choice): void {
    this.#timeMs = undefined;
    this.#goTo = 'end';
    void output.openEnd(choice);
  }

  #takeWish(output: OutputWindow): boolean {
    const { session } = this.around;
    const wish = session.takeOutputWish();
    if (wish === undefined) return false;
    if ('attempt' in wish) {
      this.#openEnd(output, { ...output.choice, attempt: wish.attempt });
      return true;
    }
    const { timeMs } = wish;
    this.#timeMs = timeMs;
    this.#goTo = 'marked';
    const attempt = attemptAt(session.view?.detail.attempts ?? [], timeMs);
    void output.openAt({ ...output.choice, attempt }, timeMs);
    return true;
  }

  /** What was pushed meanwhile may be lost. */
  #refreshed(output: OutputWindow): void {
    const newest = this.around.session.view?.run.attempt?.number ?? 0;
    const isOld = output.choice.attempt === 0 && output.isLoaded && output.attempt !== newest;
    if (isOld) this.#openEnd(output);
    else if (output.isLoaded) output.grew(this.#rows?.isAtEnd ?? true);
  }

  override refresh(): void {
    const output = this.#output;
    const newest = this.around.session.view?.run.attempt?.number ?? 0;
    // The run was tried again, and whose output this is was not chosen.
    if (output?.isLoaded && !output.isBusy && output.choice.attempt === 0 && output.attempt !== newest)
      this.#openEnd(output);
    super.refresh();
  }

  #attemptChoice(output: OutputWindow): TemplateResult | typeof nothing {
    const attempts = this.around.session.view?.detail.attempts ?? [];
    if (attempts.length < 2) return nothing;
    const newest = attempts.at(-1)?.number ?? 0;
    const shown = output.choice.attempt === 0 ? newest : output.choice.attempt;
    const choose = ({ target }: Event): void => {
      const attempt = target instanceof HTMLElement && 'value' in target ? Number(target.value) : NaN;
      if (attempt === shown || !attempts.some(({ number }) => number === attempt)) return;
      this.#openEnd(output, { ...output.choice, attempt: attempt === newest ? 0 : attempt });
    };
    return html`<vscode-dropdown class="choice" aria-label="Attempt" current-value=${String(shown)} @change=${choose}>
      ${[...attempts]
        .reverse()
        .map(({ number }) => html`<vscode-option value=${String(number)}>Attempt ${number}</vscode-option>`)}
    </vscode-dropdown>`;
  }

  #streamChoice(output: OutputWindow): TemplateResult {
    const choose = ({ target }: Event): void => {
      const stream = outputStreams.find(
        (known) => target instanceof HTMLElement && 'value' in target && known === target.value,
      );
      if (stream !== undefined && stream !== output.choice.stream) this.#openEnd(output, { ...output.choice, stream });
    };
    return html`<vscode-dropdown
      class="choice"
      aria-label="Stream"
      current-value=${output.choice.stream}
      @change=${choose}
    >
      ${outputStreams.map((stream) => html`<vscode-option value=${stream}>${streamNames[stream]}</vscode-option>`)}
    </vscode-dropdown>`;
  }

  #summary(output: OutputWindow): string {
    if (!output.isLoaded) return 'Loading…';
    if (output.sizeBytes === 0) return 'No output yet.';
    const whole = formatBytes(output.sizeBytes);
    const isPart = output.hasEarlier || output.hasLater;
    const size = isPart ? `${formatBytes(output.loadedBytes)} of ${whole} loaded, more as you scroll` : whole;
    if (this.#timeMs === undefined) return size;
    const time = formatDateTime(this.#timeMs);
    return output.isTimeUnknown ? `Nothing is known of ${time}: this is the end · ${size}` : `At ${time} · ${size}`;
  }
}
