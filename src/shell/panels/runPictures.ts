/**
 * First pictures of run panels: drawn here from what was read for the view anyway, while VS Code makes the webview, so that the
 * page has curves before its script has come. How large plots are there, a panel of this editor has told.
 */
import { type Memento, Uri } from 'vscode';
import { Check } from '@sinclair/typebox/value';
import type { Clock } from '../../base/clock';
import { messageOf } from '../../base/failure';
import { DisposableSlot, type Disposable } from '../../base/lifecycle';
import type { Log } from '../../base/log';
import { type ChartSettings, defaultChartSettings } from '../../model/chartSettings';
import { type PlotLook, PlotLookSchema } from '../../protocol/plotLook';
import type { RunPanelSnapshot } from '../../protocol/runPanel';
import { canBePictured, type DrawRunPicture } from '../../protocol/runPicture';

const lookKey = 'sidelab.plotLook';
/** The first panel of a window is not kept waiting for the code that draws: it is loaded when that panel is there. */
const loadAfterMs = 1500;

export interface RunPicturesParts {
  readonly extensionUri: Uri;
  /** Of the editor, not of a workspace: most of its panels are about as wide. A page drops a picture that does not fit. */
  readonly memento: Pick<Memento, 'get' | 'update'>;
  readonly clock: Clock;
  readonly log: Log;
}

export class RunPictures implements Disposable {
  readonly #parts: RunPicturesParts;
  readonly #loadingSoon = new DisposableSlot();
  #draw: DrawRunPicture | undefined;

  constructor(parts: RunPicturesParts) {
    this.#parts = parts;
  }

  /** Never rejects: nobody has asked for it. */
  async keepLook(look: PlotLook): Promise<void> {
    try {
      await this.#parts.memento.update(lookKey, look);
    } catch (error) {
      this.#parts.log.warn(`How large plots are could not be kept: ${messageOf(error)}`);
    }
  }

  /**
   * From what is read for the view; undefined when there is none: nothing is known of sizes, or of series, or the code is still to
   * be loaded. Never rejects, the panel does without.
   */
  async draw(
    given: Promise<RunPanelSnapshot | undefined>,
    charts: ChartSettings = defaultChartSettings,
  ): Promise<string | undefined> {
    const look = this.#parts.memento.get<unknown>(lookKey);
    if (!canBePictured(charts) || !Check(PlotLookSchema, look) || look.timeZoneOffsetMin !== ownOffsetMin())
      return undefined;
    const draw = this.#draw;
    if (!draw) {
      // Once: panels that are opened in quick succession would put it off for ever.
      if (!this.#loadingSoon.current) {
        this.#loadingSoon.set(this.#parts.clock.after(loadAfterMs, () => void this.#load()));
      }
      return undefined;
    }
    try {
      const snapshot = await given;
      return snapshot?.firstSeries && draw({ snapshot, charts, look });
    } catch (error) {
      this.#parts.log.warn(`The first picture of a panel could not be drawn: ${messageOf(error)}`);
      return undefined;
    }
  }

  /** Never rejects. */
  async #load(): Promise<void> {
    const { extensionUri, log } = this.#parts;
    const file = Uri.joinPath(extensionUri, 'dist', 'runPicture.cjs').fsPath;
    try {
      const loaded: unknown = await import(file);
      const { runPicture } = loaded as { readonly runPicture?: unknown };
      if (typeof runPicture !== 'function') throw new Error(`${file} has no runPicture.`);
      this.#draw = runPicture as DrawRunPicture;
    } catch (error) {
      log.error('What draws the first pictures of panels could not be loaded.', error);
    }
  }

  dispose(): void {
    this.#loadingSoon.dispose();
  }
}

const ownOffsetMin = (): number => new Date().getTimezoneOffset();
