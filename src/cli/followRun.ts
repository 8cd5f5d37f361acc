/**
 * Following a run in the terminal: its output as it comes (of a graph that of its tasks, line by line after their names),
 * what happens to it, and one line with progress and the newest metrics. Ends when the run is settled, or when its user
 * leaves it.
 */
import { Failure, messageOf } from '../base/failure';
import { DisposableStore, toDisposable } from '../base/lifecycle';
import { describeChildren } from '../model/describeChildren';
import { describeStatus, elapsedMs } from '../model/describeRun';
import { formatDuration } from '../model/duration';
import { type RunId, shortId } from '../model/ids';
import { isSaid } from '../model/logLevel';
import type { EventLevel, Run, RunEvent } from '../model/run';
import { isSettled } from '../model/runStatus';
import { pollRun } from '../core/runs/pollRun';
import type { CommandContext } from './context';
import { Deferred } from './deferred';
import { type FollowedOutput, noOutput, SingleOutput } from './followedOutput';
import { LatestMetrics } from './latestMetrics';
import { prefixingWriter } from './outputWriter';
import { plainText } from './plainText';
import { sayConnection } from './sayConnection';
import { TaskOutputs } from '../core/output/taskOutputs';

const redrawEveryMs = 500;

/** What the user wants to happen; `undefined`: keep following. */
export type Wish = 'cancel' | 'leave' | undefined;

/** Ctrl+C and its kin. Calls with `ask` for as long as it is not disposed. */
export interface Interrupts {
  onInterrupt(call: () => void): { dispose(): void };
  /** Asks what to do; at once `leave` where nobody can answer. */
  ask(): Promise<Wish>;
}

export interface Followed {
  /** As it was when following ended. */
  readonly run: Run;
  readonly left: boolean;
}

export interface FollowOptions {
  /** The run was tried again: how many attempts it, or each of its tasks, had before. Only what came later is shown. */
  readonly attemptsBefore?: ReadonlyMap<RunId, number>;
  /** Whose output is shown, of tasks or of the run itself; without it that of all. */
  readonly isTailed?: (runId: RunId) => boolean;
  /** How much is said, output apart. */
  readonly logLevel?: EventLevel;
}

export async function followRun(
  context: CommandContext,
  submitted: Run,
  interrupts: Interrupts,
  options: FollowOptions = {},
): Promise<Followed> {
  const following = new Following(context, submitted, interrupts, options);
  try {
    return await following.untilTheEnd();
  } finally {
    following.dispose();
  }
}

function outputOf(
  { source, terminal, nowMs }: CommandContext,
  run: Run,
  { attemptsBefore, isTailed }: FollowOptions,
  say: (level: EventLevel, text: string) => void,
): FollowedOutput {
  if (run.children) {
    return new TaskOutputs(source, run.id, {
      writerOf: ({ path }) => prefixingWriter(terminal, path),
      onStatus: (task) => {
        if (task.run.status === 'running' || isSettled(task.run.status)) {
          const status = task.run.status === 'running' ? 'running' : describeStatus(task.run, nowMs());
          say(levelOf(task.run), `${task.path}: ${status}`);
        }
      },
      onEvents: ({ path }, events) => sayEvents(events, say, `${path}: `),
      ...(attemptsBefore ? { attemptsBefore } : {}),
      ...(isTailed ? { isWanted: isTailed } : {}),
    });
  }
  return isTailed?.(run.id) === false
    ? noOutput
    : new SingleOutput(source, terminal, run.id, (attemptsBefore?.get(run.id) ?? 0) + 1);
}

/** The events of debug level are those of programs, whatever level they have there, that nobody was meant to be shown. */
function sayEvents(events: readonly RunEvent[], say: (level: EventLevel, text: string) => void, prefix = ''): void {
  for (const { level, message } of events) {
    const isAmiss = level === 'warning' || level === 'error';
    say(isAmiss ? level : 'debug', `${prefix}${level}: ${message}`);
  }
}

const levelOf = ({ status }: Run): EventLevel =>
  status === 'failed' || status === 'lost'
    ? 'error'
    : status === 'cancelled' || status === 'skipped'
      ? 'warning'
      : 'info';

class Following {
  readonly #owned = new DisposableStore();
  readonly #context: CommandContext;
  readonly #interrupts: Interrupts;
  readonly #id: RunId;
  readonly #output: FollowedOutput;
  readonly #logLevel: EventLevel;
  readonly #metrics = new LatestMetrics();
  readonly #ended = new Deferred<Followed>();
  #run: Run;
  #settled: Run | undefined;
  #resets = 0;
  #saidStatus = '';
  /** While the user is asked, nothing may be written over the question. */
  #question: Promise<void> | undefined;

  constructor(context: CommandContext, run: Run, interrupts: Interrupts, options: FollowOptions) {
    this.#context = context;
    this.#interrupts = interrupts;
    this.#id = run.id;
    this.#run = run;
    this.#logLevel = options.logLevel ?? 'info';
    this.#output = this.#owned.own(outputOf(context, run, options, this.#say));
  }

  async untilTheEnd(): Promise<Followed> {
    const { source } = this.#context;
    const guard = (work: () => Promise<void>): void => {
      const resets = this.#resets;
      work().catch((error: unknown) => this.#fail(error, resets));
    };
    this.#owned.own(this.#interrupts.onInterrupt(() => guard(async () => this.#ask())));
    this.#owned.own(sayConnection(this.#context));
    this.#owned.own(
      source.onDidReset(() => {
        this.#resets += 1;
        // Polling ends once; what the lost connection has kept from being read then is read now.
        guard(async () => (this.#settled ? this.#end(this.#settled) : this.#readMetrics()));
      }),
    );
    this.#owned.own(
      source.follow(this.#id, (append) => {
        this.#metrics.append(append.series);
        sayEvents(append.events, this.#say);
        if (append.output) guard(async () => this.#pumpOutput());
      }),
    );
    this.#output.start(() => guard(async () => this.#pumpOutput()));
    const timer = setInterval(() => this.#draw(), redrawEveryMs);
    this.#owned.own(toDisposable(() => clearInterval(timer)));
    guard(async () => this.#readMetrics());
    const polling = new AbortController();
    this.#owned.own(toDisposable(() => polling.abort()));
    const onChange = (run: Run): void => guard(async () => this.#update(run));
    guard(async () => this.#end(await pollRun(source, this.#id, { signal: polling.signal, onChange })));
    return this.#ended.promise;
  }

  dispose(): void {
    this.#owned.dispose();
    this.#context.terminal.clearProgress();
  }

  /** Ends the following, unless the connection is only being made anew, or has been: then everything is asked for again. */
  #fail(error: unknown, resets: number): void {
    const passing = error instanceof Failure && error.code === 'Unavailable';
    const isRepeated = resets !== this.#resets || this.#context.source.connection.state !== 'connected';
    if (!passing || !isRepeated) this.#ended.reject(error);
  }

  /** The whole of them: at the start, and after a lost connection. */
  async #readMetrics(): Promise<void> {
    this.#metrics.reset(await this.#context.source.metrics(this.#id));
  }

  async #update(run: Run): Promise<void> {
    this.#run = run;
    if (isSettled(run.status)) return;
    if (run.status !== this.#saidStatus) {
      this.#saidStatus = run.status;
      this.#say('info', run.status === 'running' ? run.status : describeStatus(run, this.#context.nowMs()));
    }
    await this.#pumpOutput();
    this.#draw();
  }

  async #end(run: Run): Promise<void> {
    this.#settled = run;
    await this.#question;
    await this.#output.end(run);
    // Appends may still be on their way; the summary is the whole.
    await this.#readMetrics();
    await this.#question;
    // Its user has left it meanwhile.
    if (this.#owned.isDisposed) return;
    this.dispose();
    this.#ended.resolve({ run, left: false });
    const tookMs = elapsedMs(run, this.#context.nowMs());
    const took = tookMs === undefined ? '' : ` · ${formatDuration(tookMs)}`;
    const metrics = this.#metrics.describe(this.#context.terminal.columns);
    const end = `${describeStatus(run, this.#context.nowMs())}${took}${metrics ? ` · ${metrics}` : ''}`;
    this.#say(levelOf(run), end);
  }

  async #pumpOutput(): Promise<void> {
    await this.#question;
    await this.#output.pump(this.#run);
  }

  readonly #say = (level: EventLevel, text: string): void => {
    if (isSaid(level, this.#logLevel)) this.#context.terminal.say(plainText(text));
  };

  #draw(): void {
    if (this.#question || this.#owned.isDisposed || !isSaid('info', this.#logLevel)) return;
    const { terminal, nowMs } = this.#context;
    const parts: string[] = [this.#run.status];
    const { progress } = this.#run;
    if (progress && progress.total > 0) parts.push(`${Math.floor((100 * progress.done) / progress.total)} %`);
    const tookMs = elapsedMs(this.#run, nowMs());
    if (tookMs !== undefined) parts.push(formatDuration(tookMs));
    const children = describeChildren(this.#run);
    if (children !== undefined) parts.push(children);
    const state = parts.join(' · ');
    const metrics = this.#metrics.describe(terminal.columns - state.length - 4);
    if (metrics !== '') terminal.progress(`${state} · ${metrics}`);
    // The bare status was said when it came: in a log, only news are worth a line.
    else if (progress || terminal.isLive) terminal.progress(state);
  }

  async #ask(): Promise<void> {
    // Pressed again while the question stands: whoever asks for it answers "leave".
    if (this.#question) return;
    const answered = new Deferred<void>();
    this.#question = answered.promise;
    let wish: Wish;
    try {
      wish = await this.#interrupts.ask();
    } finally {
      this.#question = undefined;
      answered.resolve();
    }
    if (wish === 'leave') return this.#ended.resolve({ run: this.#run, left: true });
    if (wish !== 'cancel') return this.#pumpOutput();
    try {
      await this.#context.source.cancel(this.#id);
    } catch (error) {
      // It may have ended while the question stood.
      this.#context.terminal.say(`${shortId(this.#id)} could not be cancelled: ${messageOf(error)}`);
      await this.#pumpOutput();
    }
  }
}
