/** Rows of the tree as a user handles them: found by name and text, opened, right-clicked, and pictured in all themes. */
import type { Locator } from 'playwright-core';
import { until } from '../../workbench/processes.mjs';
import type { Theme, Workbench } from './workbench';

const themes: readonly Theme[] = ['light', 'dark', 'high contrast'];

export class TreeRows {
  readonly #workbench: Workbench;

  constructor(workbench: Workbench) {
    this.#workbench = workbench;
  }

  /** Those whose label begins with `name` and that say `text`. */
  readonly row = (name: string, text: string | RegExp): Locator =>
    this.#workbench.row(new RegExp(`^${name}`)).filter({ hasText: text });

  /** A row that is drawn anew in that moment swallows the click. */
  readonly expand = async (name: string): Promise<void> => {
    const row = this.#workbench.row(new RegExp(`^${name}`)).first();
    const open = row.and(this.#workbench.page.locator('[aria-expanded="true"]'));
    await until(`${name} to be open`, async () => {
      if ((await open.count()) > 0) return true;
      await row.locator('.monaco-tl-twistie').click();
      await open.waitFor({ timeout: 2000 }).catch(() => undefined);
      return (await open.count()) > 0;
    });
  };

  /** Selects a row, which then has the keyboard. */
  readonly select = async (name: string, text: string | RegExp): Promise<void> => {
    await this.row(name, text).click();
    await this.#workbench.page
      .locator('.sidebar .monaco-list:focus-within .monaco-list-row.focused.selected', { hasText: name })
      .waitFor();
  };

  /** Opens the context menu of a row; returns what it offers. */
  readonly menu = async (name: string, text: RegExp): Promise<readonly string[]> => {
    const items = this.#workbench.page.locator('.monaco-menu .action-label');
    await items.first().waitFor({ state: 'detached' });
    await this.row(name, text).click({ button: 'right' });
    await items.first().waitFor();
    return (await items.allInnerTexts()).map((label) => label.trim()).filter((label) => label !== '');
  };

  /** In the open menu, by the keyboard: VS Code takes no click in the first moment of a menu. */
  readonly choose = async (label: string): Promise<void> => {
    const { page } = this.#workbench;
    const item = page.locator('.monaco-menu .action-item', { hasText: label }).first();
    await until(`${label} to have the focus of its menu`, async () => {
      await item.hover();
      return (await item.and(page.locator('.focused')).count()) > 0;
    });
    await page.keyboard.press('Enter');
  };

  readonly pictures = async (name: string): Promise<void> => {
    await this.#workbench.host(async (vscode) => vscode.commands.executeCommand('notifications.clearAll'));
    await this.#workbench.page.mouse.move(700, 890);
    for (const theme of themes) {
      await this.#workbench.setTheme(theme);
      await this.#workbench.shot(`${name}-${theme.replaceAll(' ', '-')}`);
    }
    await this.#workbench.setTheme('light');
  };
}
