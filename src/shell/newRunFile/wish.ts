/** What a new run file is to be made of, as menus, other extensions and tests say it; what it leaves out is asked. */
import { l10n, Uri } from 'vscode';
import { type Static, Type } from '@sinclair/typebox';
import { Check } from '@sinclair/typebox/value';
import { Failure } from '../../base/failure';

const Text = Type.String({ minLength: 1 });
/** A path, or the address of a file. */
const Place = Type.Unsafe<string | Uri>(Type.Union([Text, Type.Object({ scheme: Text, path: Type.String() })]));

const WishSchema = Type.Union([
  Type.Object({ from: Type.Literal('scratch'), folder: Type.Optional(Place) }),
  Type.Object({
    from: Type.Literal('algorithm'),
    algorithm: Type.Optional(Text),
    version: Type.Optional(Text),
    folder: Type.Optional(Place),
  }),
  /** `run` is an id. */
  Type.Object({ from: Type.Literal('run'), run: Type.Optional(Text) }),
  Type.Object({
    from: Type.Literal('commandLine'),
    commandLine: Type.Optional(Type.String()),
    folder: Type.Optional(Place),
  }),
  Type.Object({ from: Type.Literal('packageScript'), file: Type.Optional(Place), script: Type.Optional(Text) }),
  /** `command` is one of those that the program has. */
  Type.Object({ from: Type.Literal('python'), file: Type.Optional(Place), command: Type.Optional(Text) }),
]);

const wishForm = '{ from: "scratch" | "algorithm" | "run" | "commandLine" | "packageScript" | "python", … }';

export type Wish = Static<typeof WishSchema>;
export type WishFrom = Wish['from'];

/** Undefined: nothing was said, so everything is asked. Throws `InvalidInput` for what no run file is made of. */
export function readWish(argument: unknown): Wish | undefined {
  if (argument instanceof Uri) return wishOfFile(argument);
  const isSaid = typeof argument === 'object' && argument !== null && 'from' in argument;
  // A view's title passes what is selected in it, which is not what is meant.
  if (!isSaid) return undefined;
  if (Check(WishSchema, argument)) return argument;
  throw new Failure(
    'InvalidInput',
    l10n.t('No run file is made from {0} with these words.', JSON.stringify(argument.from) ?? 'that'),
    {
      hint: l10n.t('Say {0}.', wishForm),
    },
  );
}

function wishOfFile(file: Uri): Wish {
  if (/\.py$/i.test(file.path)) return { from: 'python', file };
  if (/(?:^|\/)package\.json$/.test(file.path)) return { from: 'packageScript', file };
  throw new Failure('InvalidInput', l10n.t('No run file is made from {0}.', file.path.split('/').at(-1) ?? ''), {
    hint: l10n.t('Choose a Python file or a package.json.'),
  });
}

export const pathOf = (place: string | Uri): string => (typeof place === 'string' ? place : Uri.from(place).fsPath);
