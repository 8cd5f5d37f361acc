/** What of the picture is emphasised: chosen, found, filtered, critical. */
import type { RunId } from '../../../src/model/ids';
import type { RunStatus } from '../../../src/model/runStatus';
import type { Theme } from '../../shared/theme';

export interface PictureLook {
  readonly theme: Theme;
  readonly isHighContrast: boolean;
  /** Nothing of it has been submitted: there are no states. */
  readonly isPlan: boolean;
  readonly nowMs: number;
  readonly selected: RunId | undefined;
  readonly hovered: RunId | undefined;
  /** The picture has the focus: what is chosen is what keys act on. */
  readonly hasFocus: boolean;
  readonly hits: ReadonlySet<RunId>;
  /** Only these are shown in full; empty is all. */
  readonly statuses: ReadonlySet<RunStatus>;
  /** Undefined while it is not asked for. */
  readonly critical: ReadonlySet<RunId> | undefined;
}
