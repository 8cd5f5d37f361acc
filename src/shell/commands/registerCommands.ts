/** Makes the table of commands known to VS Code; what fails is shown in one way. */
import { commands } from 'vscode';
import { type Disposable, DisposableStore } from '../../base/lifecycle';
import { type CommandParts, commandTable } from './commandTable';

export function registerCommands(parts: CommandParts): Disposable {
  const owned = new DisposableStore();
  for (const [id, { doing, run }] of Object.entries(commandTable(parts))) {
    owned.own(
      commands.registerCommand(id, async (argument: unknown, selected: unknown) =>
        parts.failures.guard(doing, async () => run(argument, selected)),
      ),
    );
  }
  return owned;
}
