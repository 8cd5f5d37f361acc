/** What a command works with; `main.ts` makes it, tests make their own. */
import type { Source } from '../core/source';
import type { SecretInput } from './secretInput';
import type { Terminal } from './terminal';

export interface CommandContext {
  readonly source: Source;
  readonly terminal: Terminal;
  /** Where runs are kept. */
  readonly home: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly nowMs: () => number;
  /** Absent where nobody can be asked. */
  readonly secretInput?: SecretInput;
}
