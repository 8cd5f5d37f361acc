/** The composition root of the VS Code side: builds, registers, owns; decides nothing. */
import { type ExtensionContext, StatusBarAlignment, Uri, window } from 'vscode';
import { systemClock } from './base/clock';
import { DisposableStore } from './base/lifecycle';
import { EngineSource } from './core/sources/engine/engineSource';
import type { RunId } from './model/ids';
import { homeFolder } from './protocol/engineAddress';
import { ActiveRuns } from './shell/activeRuns';
import type { SidelabApi } from './shell/api';
import { AtOnceSetting } from './shell/atOnceSetting';
import { panelFiles } from './shell/commands/panelFiles';
import { registerCommands } from './shell/commands/registerCommands';
import { RunTargets } from './shell/commands/runTargets';
import { EngineNotices } from './shell/engineNotices';
import { FailureToast } from './shell/failureToast';
import { ChannelLog } from './shell/log';
import { LogDocuments } from './shell/log/logDocuments';
import { RunEndNotices } from './shell/noticing/runEndNotices';
import { windowId } from './shell/noticing/windowId';
import { GraphPanels } from './shell/panels/graphPanels';
import { RunPanels } from './shell/panels/runPanels';
import { PerformanceDocument } from './shell/performance/performanceDocument';
import { RunFileLanguage } from './shell/runFiles/runFileLanguage';
import { DryRunDocuments } from './shell/runFiles/dryRunDocuments';
import { GraphSelection } from './shell/graphSelection';
import { QueueState } from './shell/queueState';
import { SecretAnswers } from './shell/secrets/secretAnswers';
import { StoredSecrets } from './shell/secrets/storedSecrets';
import { RunLinks } from './shell/runLinks';
import { RunsEndNotice } from './shell/runsEndNotice';
import { Settings } from './shell/settings';
import { StatusBar } from './shell/statusBar';
import { TerminalLauncher } from './shell/terminals/terminalLauncher';
import { ExperimentTree } from './shell/tree/experimentTree';
import { ExperimentView } from './shell/tree/experimentView';
import { LastContact } from './shell/tree/lastContact';
import { TreeLook } from './shell/tree/treeLook';
import { UnseenEnds } from './shell/tree/unseenEnds';
import { ComparisonDocuments } from './shell/why/comparisonDocuments';
import { ExplanationDocuments } from './shell/why/explanationDocuments';
import { workspacePlaces } from './shell/workspacePlaces';

export function activate(context: ExtensionContext): SidelabApi {
  const activatedAtMs = performance.now();
  const owned = new DisposableStore();
  context.subscriptions.push(owned);
  const clock = systemClock;
  const channel = owned.own(window.createOutputChannel('Sidelab', { log: true }));
  const log = new ChannelLog(channel);
  const failures = new FailureToast(log);
  const settings = owned.own(new Settings());

  const home = homeFolder(process.env);
  const version = versionOf(context);
  const ownWindow = windowId(context.workspaceState);
  const source = owned.own(
    EngineSource.open({
      home,
      bundleFolder: context.asAbsolutePath('dist'),
      identity: { client: 'vscode', version, window: ownWindow },
      environment: process.env,
      log,
      clock,
    }),
  );
  const sources = [source];
  const cli = context.asAbsolutePath('dist/cli.cjs');

  const active = owned.own(new ActiveRuns(sources, log));
  const queue = owned.own(new QueueState(sources, log));
  const look = owned.own(
    new TreeLook({ memento: context.workspaceState, sources, findPlaces: workspacePlaces, clock }),
  );
  const ends = owned.own(new UnseenEnds(context.workspaceState, clock));
  const contact = owned.own(new LastContact(sources, clock));
  const tree = owned.own(new ExperimentTree(sources, look, ends, clock));
  const view = owned.own(new ExperimentView({ tree, look, ends, contact, active, clock, log }));
  const logs = owned.own(new LogDocuments(sources, clock, log));
  const explanations = owned.own(new ExplanationDocuments(sources, clock));
  const comparisons = owned.own(new ComparisonDocuments(sources));
  const targets = new RunTargets(sources, view, active, clock);
  const secrets = new StoredSecrets(context.secrets);
  const answers = owned.own(new SecretAnswers(sources, secrets, failures));
  const submitting = { source, settings, view, cli };
  const graphs: GraphPanels = owned.own(
    new GraphPanels({
      sources,
      extensionUri: context.extensionUri,
      clock,
      log,
      act: async (act) => {
        const { actInGraph } = await import('./shell/commands/graphActions');
        await actInGraph({ ...submitting, ...actions, language, panels }, act);
      },
      files: panelFiles,
      memento: context.workspaceState,
      loadPlanOf: async (file) => {
        const [{ GraphOfFile }, { EditedRunFile }] = await Promise.all([
          import('./shell/panels/graphOfFile'),
          import('./shell/runFiles/editedRunFile'),
        ]);
        return (where) => new GraphOfFile(new EditedRunFile(Uri.parse(file), where, language, log), clock);
      },
    }),
  );
  const actions = { targets, secrets, logs, log, graphs };
  const panels: RunPanels = owned.own(
    new RunPanels({
      sources,
      extensionUri: context.extensionUri,
      clock,
      log,
      act: async (act, of, runId) => {
        const { actInPanel } = await import('./shell/commands/panelActions');
        await actInPanel(actions, act, of, runId);
      },
      files: panelFiles,
      memento: context.workspaceState,
      editorMemento: context.globalState,
    }),
  );
  const item = window.createStatusBarItem('sidelab.active', StatusBarAlignment.Left, 0);
  const statusBar = owned.own(new StatusBar(active, queue, item));
  const isWatched = (runId: RunId): boolean => panels.isSeen(runId) || graphs.isSeen(runId);
  const runEnds = owned.own(new RunEndNotices({ source, settings, clock, failures, isWatched }));
  const runsEnd = owned.own(new RunsEndNotice(active, context.globalState));
  const serverPath = context.asAbsolutePath('dist/language.cjs');
  const launcher = owned.own(
    new TerminalLauncher({ context, cli, version, window: ownWindow, log, environment: process.env }),
  );
  const environmentReady = async (): Promise<void> => launcher.ready();
  const language = owned.own(new RunFileLanguage({ source, serverPath, environmentReady, channel, clock, log }));

  const dryRuns = owned.own(new DryRunDocuments({ source, home, log, language }));
  const selection = owned.own(new GraphSelection(view, graphs, log));

  const links = owned.own(new RunLinks({ targets, panels, view, failures }));
  const atOnce = owned.own(new AtOnceSetting(source, settings, log));
  let activationMs = 0;
  const measured = owned.own(new PerformanceDocument({ source, home, version, activationMs: () => activationMs }));
  const engineNotices = owned.own(new EngineNotices(source, log));

  const parts = [
    settings,
    atOnce,
    engineNotices,
    active,
    queue,
    ends,
    contact,
    tree,
    view,
    logs,
    explanations,
    comparisons,
    panels,
    graphs,
    selection,
    dryRuns,
    runEnds,
    statusBar,
    runsEnd,
    launcher,
    language,
    answers,
    links,
    measured,
  ];
  for (const part of parts) part.start();
  owned.own(
    registerCommands({
      source,
      sources,
      home,
      cli,
      memories: [context.globalState, context.workspaceState],
      performance: measured,
      examples: context.asAbsolutePath('examples'),
      secrets,
      answers,
      settings,
      view,
      panels,
      graphs,
      targets,
      tree,
      look,
      clock,
      logs,
      explanations,
      comparisons,
      log,
      failures,
      dryRuns,
      language,
    }),
  );
  // A window without runs must cost next to nothing: nothing is started here.
  void failures.guard('connect to the engine', async () => source.connectIfAlive());
  activationMs = performance.now() - activatedAtMs;
  return { source, tree, look, panels, graphs, secrets, links };
}

function versionOf(context: ExtensionContext): string {
  const { version } = context.extension.packageJSON as { readonly version: string };
  return version;
}
