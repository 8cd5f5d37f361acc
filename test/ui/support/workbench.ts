/**
 * A real VS Code workbench for a test: a fresh server with a home of its own, the extension from this folder (or a
 * package), a copy of `examples` as the workspace, and a browser window on it. Waits are upper bounds, never paces.
 */
import fs from 'node:fs';
import path from 'node:path';
import type { BrowserContext, FrameLocator, Locator, Page } from 'playwright-core';
import { launchBrowser, workbenchUrl } from '../../workbench/browser.mjs';
import { extensionFolderName, inRoot, outputFolder, root } from '../../workbench/paths.mjs';
import { until } from '../../workbench/processes.mjs';
import { createSandbox, type Sandbox } from '../../workbench/sandbox.mjs';
import { startTestServer, type Server, type TestServerOptions } from '../../workbench/server.mjs';
import { type ExtensionHost, ExtensionHosts, type HostFunction } from './extensionHost';

export interface WorkbenchOptions {
  /** The workspace is a copy of this folder. Default: `examples`. */
  workspace?: string;
  /** Test this package instead of the built extension. */
  vsix?: string;
  /** Start in restricted mode, as VS Code does with a folder it has not seen; `trustWorkspace()` ends it. */
  untrusted?: boolean;
  settings?: Record<string, unknown>;
  /** Added to the environment of server and extension host; `undefined` removes. */
  env?: Record<string, string | undefined>;
  /** Further extensions: folders, by the name of an installed one (publisher.name-version). */
  link?: Record<string, string>;
  /** Writes the Sidelab home before anything starts there. */
  prepareHome?: (home: string) => void;
  /** Called with the window's page before it loads anything. */
  preparePage?: (page: Page) => Promise<void>;
}

export type Theme = 'light' | 'dark' | 'high contrast' | 'high contrast light';

const themes: Record<Theme, { name: string; className: string }> = {
  light: { name: 'Default Light Modern', className: 'vs' },
  dark: { name: 'Default Dark Modern', className: 'vs-dark' },
  'high contrast': { name: 'Default High Contrast', className: 'hc-black' },
  'high contrast light': { name: 'Default High Contrast Light', className: 'hc-light' },
};

/** Opens a workbench and waits until its extension host answers. */
export async function openWorkbench(options: WorkbenchOptions = {}): Promise<Workbench> {
  const sandbox = createSandbox();
  const workspace = sandbox.at(path.basename(options.workspace ?? 'examples'));
  const bridges = sandbox.at('bridges');
  fs.mkdirSync(bridges);
  fs.cpSync(options.workspace ?? inRoot('examples'), workspace, { recursive: true });
  options.prepareHome?.(sandbox.home);
  const serverOptions: TestServerOptions = {
    link: {
      'sidelab.sidelab-test-bridge-0.0.1': inRoot('test', 'ui', 'bridge'),
      ...(options.vsix ? {} : { [extensionFolderName()]: root }),
      ...options.link,
    },
    vsix: options.vsix ? [options.vsix] : [],
    settings: options.settings ?? {},
    env: { SIDELAB_TEST_BRIDGES: bridges, ...options.env },
    withTrust: options.untrusted ?? false,
  };
  const shared: Shared = {
    sandbox,
    serverOptions,
    server: await startTestServer(sandbox, serverOptions),
    context: await launchBrowser(sandbox),
    hosts: new ExtensionHosts(bridges),
  };
  const page = shared.context.pages()[0] ?? (await shared.context.newPage());
  await options.preparePage?.(page);
  const workbench = await Workbench.open(shared, page, workspace);
  openWorkbenches.add(workbench);
  return workbench;
}

interface Shared {
  readonly sandbox: Sandbox;
  readonly serverOptions: TestServerOptions;
  server: Server;
  readonly context: BrowserContext;
  readonly hosts: ExtensionHosts;
}

/** Where keepEvidence.mjs finds what to photograph when a test fails. */
const openWorkbenches = ((globalThis as { openWorkbenches?: Set<Workbench> }).openWorkbenches ??= new Set());

/** One window of a workbench. */
export class Workbench {
  readonly page: Page;
  /** The folder that is open in this window. */
  readonly workspace: string;
  readonly #shared: Shared;
  #extensionHost: ExtensionHost | undefined;
  /** The extension hosts that lived before a crash. */
  #known: readonly ExtensionHost[] = [];

  private constructor(shared: Shared, page: Page, workspace: string) {
    this.#shared = shared;
    this.page = page;
    this.workspace = workspace;
    page.setDefaultTimeout(90_000);
    page.on('pageerror', (error) => console.error(`error in the workbench's page: ${error.message}`));
  }

  static async open(shared: Shared, page: Page, workspace: string): Promise<Workbench> {
    const workbench = new Workbench(shared, page, workspace);
    await workbench.#load(async () => page.goto(workbenchUrl(shared.server, { folder: workspace })));
    return workbench;
  }

  /** The Sidelab home of this workbench. */
  get home(): string {
    return this.#shared.sandbox.home;
  }

  get serverLog(): string {
    return this.#shared.server.logFile;
  }

  /** What a process gets that belongs to this workbench, for example the CLI. */
  get env(): NodeJS.ProcessEnv {
    return this.#shared.sandbox.env;
  }

  get extensionHost(): ExtensionHost {
    if (!this.#extensionHost) throw new Error('This window has no extension host now.');
    return this.#extensionHost;
  }

  /** Runs `fn(vscode, …args)` in this window's extension host. It travels as text: it must not use what is around it. */
  async host<A extends unknown[], R>(fn: HostFunction<A, R>, ...args: A): Promise<R> {
    return this.extensionHost.run(fn, ...args);
  }

  /** Runs a command by its title, through the palette, as a user would. */
  async palette(title: string): Promise<void> {
    await this.quickInput('F1', `>${title}`, title);
  }

  /**
   * Ctrl-clicks a link of an editor until it has led to what it is to open. Not by `click`: the editor draws the line anew as soon as
   * the key is held over the link, so that what was looked at is gone when it would be clicked; and where the text grows, it takes
   * the click for one that places the cursor.
   */
  async followLink(link: Locator, opened: Locator): Promise<void> {
    const { mouse, keyboard } = this.page;
    const isThere = async (what: Locator): Promise<boolean> =>
      what.waitFor({ timeout: 3000 }).then(
        () => true,
        () => false,
      );
    const follow = async (): Promise<boolean> => {
      await link.waitFor();
      const box = await link.boundingBox();
      if (!box) return false;
      await mouse.move(box.x + box.width / 2 - 1, box.y + box.height / 2);
      await keyboard.down('Control');
      try {
        await mouse.move(box.x + box.width / 2, box.y + box.height / 2);
        if (!(await isThere(this.page.locator('.detected-link-active').first()))) return false;
        await mouse.down();
        await mouse.up();
      } finally {
        await keyboard.up('Control');
      }
      return isThere(opened);
    };
    await until('what the link leads to', follow, 120_000);
  }

  /** Where something is drawn, once it stays there: pictures move for a moment, and take their time on a slow machine. */
  async restingBox(drawn: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
    await drawn.waitFor({ state: 'attached' });
    let last = '';
    let alike = 0;
    return until('a picture at rest', async () => {
      await this.page.waitForTimeout(100);
      const box = await drawn.boundingBox();
      alike = JSON.stringify(box) === last ? alike + 1 : 0;
      last = JSON.stringify(box);
      return alike >= 3 ? box : undefined;
    });
  }

  /** Opens a file of the workspace by its name, through quick open. */
  async openFile(name: string): Promise<void> {
    await this.quickInput('Control+P', name, path.basename(name));
    await this.page.locator('.tabs-container .tab.active', { hasText: path.basename(name) }).waitFor();
    // The window shows it before its extensions know of it.
    await until(`an editor of ${name}`, async () =>
      this.host((vscode) => vscode.window.activeTextEditor?.document.uri.path.split('/').at(-1)).then(
        (open) => open === path.basename(name),
      ),
    );
  }

  /** Opens quick input with `key`, types, and accepts the row with `choice`. */
  async quickInput(key: string, text: string, choice: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget .quick-input-box input');
    for (let attempt = 0; ; attempt++) {
      await this.leaveWebview();
      await this.page.keyboard.press(key);
      const opened = await input.waitFor({ timeout: 3000 }).then(
        () => true,
        () => false,
      );
      if (opened) break;
      if (attempt === 5) throw new Error(`${key} did not open quick input.`);
    }
    await input.fill(text);
    const rows = this.page.locator('.quick-input-list .monaco-list-row', { hasText: choice });
    // The topmost one: lists use their elements again, so that the first in the page may be any. It moves while the list is filtered.
    await until(`${choice} to be chosen`, async () => {
      const places = await rows.evaluateAll((all) => all.map((row) => Number(row.getAttribute('data-index'))));
      if (places.length === 0) return false;
      const topmost = rows.and(this.page.locator(`[data-index="${Math.min(...places)}"]`));
      // What was chosen may take the page away before it is known that it was clicked.
      return topmost.click({ timeout: 2000 }).then(
        () => true,
        async () => input.isHidden(),
      );
    });
    await input.waitFor({ state: 'hidden' });
  }

  /** Takes the focus out of a webview: a webview keeps the workbench's keys for itself. */
  async leaveWebview(): Promise<void> {
    await this.page.evaluate(() => {
      if (document.activeElement instanceof HTMLIFrameElement) document.activeElement.blur();
    });
  }

  /** Clicks an icon of the activity bar, unless its view is shown. */
  async showViewContainer(title: string): Promise<void> {
    const icon = this.page.locator('.activitybar .action-item', {
      has: this.page.locator(`.action-label[aria-label^="${title}"]`),
    });
    await icon.waitFor();
    if (!/\bchecked\b/.test((await icon.getAttribute('class')) ?? '')) await icon.click();
    await this.page.locator('.sidebar .composite.title', { hasText: new RegExp(title, 'i') }).waitFor();
  }

  /** A row of a tree in the side bar. */
  row(text: string | RegExp): Locator {
    return this.page.locator('.sidebar .monaco-list-row', { hasText: text });
  }

  /** A button that appears on a row when the pointer is over it. */
  async rowAction(text: string | RegExp, action: string): Promise<void> {
    const row = this.row(text).first();
    await row.hover();
    await row.locator(`.actions .action-label[aria-label^="${action}"]`).click();
  }

  /** The content of the webview that is shown. */
  frame(): FrameLocator {
    return this.page
      .locator('iframe.webview.ready')
      .filter({ visible: true })
      .last()
      .contentFrame()
      .frameLocator('iframe#active-frame');
  }

  /** Shows a tab of the run panel by a click on it. */
  async panelTab(name: string): Promise<void> {
    const tab = this.frame().getByRole('tab', { name, exact: true });
    await tab.click();
    await this.frame().locator('vscode-panel-tab[aria-selected="true"]', { hasText: name }).waitFor();
  }

  /** Grants trust to the workspace in VS Code's own editor for that. */
  async trustWorkspace(): Promise<void> {
    await this.palette('Workspaces: Manage Workspace Trust');
    const editor = this.page.locator('.workspace-trust-editor');
    await editor.getByRole('button', { name: 'Trust', exact: true }).click();
    await until('trust in the workspace', async () => this.host((vscode) => vscode.workspace.isTrusted));
    await this.page.locator('.monaco-modal-editor-block [aria-label^="Close"]').first().click();
    await editor.waitFor({ state: 'hidden' });
  }

  /** A button of a modal dialog. */
  dialogButton(name: string): Locator {
    return this.page.locator('.monaco-dialog-box .monaco-button', { hasText: name });
  }

  notification(text: string | RegExp): Locator {
    return this.page.locator('.notifications-toasts .notification-list-item', { hasText: text });
  }

  async setTheme(theme: Theme): Promise<void> {
    const { name, className } = themes[theme];
    await this.host(
      async (vscode, name) => vscode.workspace.getConfiguration().update('workbench.colorTheme', name, true),
      name,
    );
    await this.page.locator(`.monaco-workbench.${className}`).waitFor();
  }

  /** Keeps a picture in test-output/screenshots, taken when nothing moves any more, or after two seconds. */
  async shot(name: string): Promise<string> {
    const file = path.join(outputFolder, 'screenshots', `${name}.png`);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    const take = async (): Promise<Buffer> => this.page.screenshot({ caret: 'hide', animations: 'disabled' });
    let last = await take();
    for (const end = Date.now() + 2000; Date.now() < end;) {
      await this.page.waitForTimeout(150);
      const next = await take();
      const still = next.equals(last);
      last = next;
      if (still) break;
    }
    fs.writeFileSync(file, last);
    return file;
  }

  /** Another window of the same workbench and browser, with the same folder unless another is given. */
  async openWindow(folder = this.workspace): Promise<Workbench> {
    return Workbench.open(this.#shared, await this.#shared.context.newPage(), folder);
  }

  /** Closes this window as a user does; server, browser and engine go on. */
  async closeWindow(): Promise<void> {
    await this.page.close({ runBeforeUnload: false });
    this.#extensionHost = undefined;
  }

  /**
   * *Developer: Reload Window*: a new extension host, the same storage. The window first writes down what is open in it, which it
   * otherwise does once a minute.
   */
  async reload(): Promise<void> {
    await this.loadsAnew(async () => this.palette('Developer: Reload Window'));
  }

  /** Does what loads this window again, with the same folder or another, and waits until its extension host answers. */
  async loadsAnew(act: () => Promise<void>): Promise<void> {
    await this.#load(async () => {
      const loaded = this.page.waitForEvent('load');
      await act();
      await loaded;
    });
  }

  /** Loads the page again as a browser does, or after a crash: what the window has not written down is forgotten. */
  async reloadPage(): Promise<void> {
    await this.#load(async () => this.page.reload());
  }

  /** `kill -9` of this window's extension host. VS Code starts another: `awaitExtensionHost()`, or `reloadPage()`. */
  async killExtensionHost(): Promise<void> {
    const host = this.extensionHost;
    this.#known = this.#shared.hosts.list();
    this.#extensionHost = undefined;
    await host.kill();
  }

  /** Waits for the extension host that VS Code starts after a crash. */
  async awaitExtensionHost(): Promise<void> {
    this.#extensionHost ??= await this.#shared.hosts.awaitOther(this.#known);
  }

  /** Ends the server with all its extension hosts, as when the editor quits; what is detached from them goes on. */
  async stopServer(): Promise<void> {
    this.#extensionHost = undefined;
    await this.#shared.server.stop();
  }

  /** Starts the server again, with the same data at the same address, and loads this window again. */
  async startServer(): Promise<void> {
    const { sandbox, serverOptions, server } = this.#shared;
    this.#shared.server = await startTestServer(sandbox, { ...serverOptions, port: server.port });
    await this.#load(async () => this.page.goto(workbenchUrl(this.#shared.server, { folder: this.workspace })));
  }

  /** Ends everything: browser, server, engine, and the programs that they started; removes the sandbox. */
  async stop(): Promise<void> {
    openWorkbenches.delete(this);
    await this.#shared.context.close();
    await this.#shared.server.stop();
    await this.#shared.sandbox.dispose();
  }

  async #load(navigate: () => Promise<unknown>): Promise<void> {
    this.#extensionHost = undefined;
    const known = this.#shared.hosts.list();
    await navigate();
    this.#extensionHost = await this.#shared.hosts.awaitOther(known);
    await this.page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 60_000 });
  }
}
