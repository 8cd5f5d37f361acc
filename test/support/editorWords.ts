/**
 * Stands in for `vscode` where there is no editor, so that modules which make words of it and nothing else can be tested alone: messages
 * are what they are without a translation. A test that takes in more of the editor is refused when it is built.
 */
type Value = string | number | boolean;

interface Message {
  readonly message: string;
  readonly args?: readonly Value[];
}

export const l10n = {
  t(first: string | Message, ...rest: readonly Value[]): string {
    const { message, args = [] } = typeof first === 'string' ? { message: first, args: rest } : first;
    return message.replaceAll(/\{(\d+)\}/g, (whole, at: string) => String(args[Number(at)] ?? whole));
  },
};
