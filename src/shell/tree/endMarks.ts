/** The mark beside a run whose end nobody has seen: VS Code draws it for addresses of a scheme of its own. */
import { type FileDecoration, type FileDecorationProvider, l10n, ThemeColor, Uri, window } from 'vscode';
import type { Disposable } from '../../base/lifecycle';
import type { Run } from '../../model/run';
import { unseenEndScheme } from '../ids';

const mark: FileDecoration = {
  badge: '●',
  tooltip: l10n.t('Ended since you last looked'),
  color: new ThemeColor('textLink.foreground'),
};

const provider: FileDecorationProvider = {
  provideFileDecoration: ({ scheme }) => (scheme === unseenEndScheme ? mark : undefined),
};

export const registerEndMarks = (): Disposable => window.registerFileDecorationProvider(provider);

export const markOf = ({ id }: Run): Uri => Uri.from({ scheme: unseenEndScheme, path: `/${id}` });
