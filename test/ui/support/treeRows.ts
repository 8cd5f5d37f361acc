/** Rows of the tree as a user handles them: found by name and text, opened, right-clicked, and pictured in all themes. */
import type { Locator } from 'playwright-core';
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

  readonly expand = async (name: string): Promise<void> =>
    this.#workbench
      .row(new RegExp(`^${name}`))
      .first()
      .locator('.monaco-tl-twistie')
      .click();

  /** Opens the context menu of a row; returns what it offers. */
  readonly menu = async (name: string, text: RegExp): Promise<readonly string[]> => {
    await this.row(name, text).click({ button: 'right' });
    const items = this.#workbench.page.locator('.monaco-menu .action-label');
    await items.first().waitFor();
    return (await items.allInnerTexts()).map((label) => label.trim()).filter((label) => label !== '');
  };

  /** In the open menu, by the keyboard: VS Code takes no click in the first moment of a menu. */
  readonly choose = async (label: string): Promise<void> => {
    await this.#workbench.page.locator('.monaco-menu .action-label', { hasText: label }).first().hover();
    await this.#workbench.page.keyboard.press('Enter');
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
