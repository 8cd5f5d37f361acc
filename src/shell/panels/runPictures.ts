/**
 * First pictures of run panels: drawn here from what was read for the view anyway, while VS Code makes the webview, so that the
 * page has curves before its script has come. How large plots are there, a panel of this editor has told.
 */
import { type Memento, Uri } from 'vscode';
import { Check } from '@sinclair/typebox/value';
import { messageOf } from '../../base/failure';
import type { Log } from '../../base/log';
import { type ChartSettings, defaultChartSettings } from '../../model/chartSettings';
import type { RunPanelSnapshot } from '../../protocol/runPanel';
import { type PlotLook, PlotLookSchema } from '../../protocol/plotLook';
import type { DrawRunPicture } from '../../protocol/runPicture';

const lookKey = 'sidelab.plotLook';

export interface RunPicturesParts {
  readonly extensionUri: Uri;
  /** Of the editor, not of a workspace: all its panels are about as wide. */
  readonly memento: Pick<Memento, 'get' | 'update'>;
  readonly log: Log;
}

export class RunPictures {
  readonly #parts: RunPicturesParts;
  #draw: Promise<DrawRunPicture> | undefined;

  constructor(parts: RunPicturesParts) {
    this.#parts = parts;
  }

  async keepLook(look: PlotLook): Promise<void> {
    await this.#parts.memento.update(lookKey, look);
  }

  /**
   * From what is read for the view; undefined when there is none: nothing is known of sizes, or of series. Never rejects, the panel
   * does without.
   */
  async draw(
    given: Promise<RunPanelSnapshot | undefined>,
    charts: ChartSettings = defaultChartSettings,
  ): Promise<string | undefined> {
    const look = this.#parts.memento.get<unknown>(lookKey);
    if (!Check(PlotLookSchema, look)) return undefined;
    try {
      // Loaded while the series are read.
      const [draw, snapshot] = await Promise.all([(this.#draw ??= this.#load()), given]);
      return snapshot?.firstSeries && draw({ snapshot, charts, look });
    } catch (error) {
      this.#parts.log.warn(`The first picture of a panel could not be drawn: ${messageOf(error)}`);
      return undefined;
    }
  }

  async #load(): Promise<DrawRunPicture> {
    const file = Uri.joinPath(this.#parts.extensionUri, 'dist', 'runPicture.cjs').fsPath;
    const loaded: unknown = await import(file);
    const { runPicture } = loaded as { readonly runPicture?: unknown };
    if (typeof runPicture !== 'function') throw new Error(`${file} has no runPicture.`);
    return runPicture as DrawRunPicture;
  }
}
