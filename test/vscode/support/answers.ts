/** Answers what the extension asks in boxes and lists: the test's code is in the extension's own bundle folder, and shares its `vscode`. */
import * as vscode from 'vscode';

export interface Asked {
  /** Titles, placeholders and messages, in their order. */
  readonly said: string[];
  /** What the input box that was shown last says to a text. */
  problemOf(text: string): unknown;
  /** What that box began with. */
  readonly proposed: string | undefined;
  /** Labels of the list that was shown last; `*` before those that were marked. */
  readonly offered: readonly string[];
  /** Each message with the buttons that it had. */
  readonly messages: readonly { readonly text: string; readonly buttons: readonly string[] }[];
}

export interface Answers {
  /** To input boxes, one after another. */
  readonly texts?: readonly (string | undefined)[];
  /** To lists: labels that are chosen of each. */
  readonly picks?: readonly (readonly string[] | undefined)[];
  /** To messages: the button that is pressed, for those that have it. */
  readonly buttons?: readonly string[];
}

/** While `work` runs, questions are answered instead of shown. */
export async function answering<T>(
  { texts = [], picks = [], buttons = [] }: Answers,
  work: (asked: Asked) => Promise<T>,
): Promise<T> {
  const said: string[] = [];
  const messages: { text: string; buttons: string[] }[] = [];
  let box: vscode.InputBoxOptions | undefined;
  let offered: readonly string[] = [];
  const [textsLeft, picksLeft] = [[...texts], [...picks]];
  const message = async (text: string, ...rest: unknown[]): Promise<unknown> => {
    const offers = rest.flat().filter((item) => typeof item === 'string');
    // What comes by itself, when a run of an earlier test has ended, was not asked.
    if (!offers.includes('Don’t Show Again')) said.push(text);
    messages.push({ text, buttons: offers });
    return offers.find((item) => buttons.includes(item));
  };
  const fakes: Partial<Record<keyof typeof vscode.window, unknown>> = {
    showInputBox: async (options: vscode.InputBoxOptions) => {
      box = options;
      said.push(options.title ?? '');
      return textsLeft.shift();
    },
    showQuickPick: async (items: readonly vscode.QuickPickItem[], options: vscode.QuickPickOptions) => {
      said.push(options.title ?? '');
      offered = items.map(({ label, picked }) => `${picked === true ? '*' : ''}${label}`);
      const wanted = picksLeft.shift();
      const chosen = wanted && items.filter(({ label }) => wanted.includes(label));
      return options.canPickMany === true ? chosen : chosen?.[0];
    },
    showInformationMessage: message,
    showWarningMessage: message,
    showErrorMessage: message,
  };
  const window = vscode.window as unknown as Record<string, unknown>;
  const before = new Map(Object.keys(fakes).map((name) => [name, window[name]]));
  Object.assign(window, fakes);
  try {
    return await work({
      said,
      messages,
      problemOf: (text) => box?.validateInput?.(text),
      get proposed() {
        return box?.value;
      },
      get offered() {
        return offered;
      },
    });
  } finally {
    for (const [name, value] of before) window[name] = value;
  }
}
