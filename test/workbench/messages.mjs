/**
 * The messages of the VS Code side, as its sources give them to `l10n.t`: read from the syntax alone, so that a message whose words are
 * made elsewhere is refused, and so is one whose placeholders and arguments do not match.
 */
import fs from 'node:fs';
import ts from 'typescript';
import { inRoot } from './paths.mjs';

/** @typedef {{ readonly path: string; readonly text: string }} SourceText */
/** @typedef {{ readonly message: string; readonly comment: readonly string[] }} Message */
/** @typedef {Record<string, string | Message>} Bundle by what VS Code looks a message up by */
/** @typedef {{ readonly bundle: Bundle; readonly problems: readonly string[] }} Found problems begin with file and line */

/** Where messages are: all that may import `vscode`. @returns {SourceText[]} */
export function messageSources() {
  const inShell = fs
    .readdirSync(inRoot('src', 'shell'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `src/shell/${name.replaceAll('\\', '/')}`);
  return ['src/extension.ts', ...inShell.sort()].map((path) => ({ path, text: fs.readFileSync(inRoot(path), 'utf8') }));
}

/**
 * @param {readonly SourceText[]} sources
 * @returns {Found}
 */
export function collectMessages(sources) {
  /** @type {Message[]} */
  const messages = [];
  /** @type {string[]} */
  const problems = [];
  // What completes one sentence, "… could not {0}.": said all over, put into the sentence in one place.
  /** @type {string[]} */
  const doings = [];
  /** @type {(readonly string[])[]} */
  const doingComments = [];
  for (const { path, text } of sources) {
    const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
    const refuse = (/** @type {ts.Node} */ node, /** @type {string} */ why) =>
      void problems.push(`${path}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1}: ${why}`);
    const visit = (/** @type {ts.Node} */ node) => {
      const doing = doingIn(node);
      if (doing) doings.push(doing.text);
      if (ts.isCallExpression(node) && node.expression.getText() === 'l10n.t') {
        const { message, args, comment } = partsOf(node);
        if (message && ts.isIdentifier(message) && message.text === 'doing') doingComments.push(comment ?? []);
        else if (!message || !ts.isStringLiteralLike(message)) refuse(node, 'the message must be a plain text');
        else if (!args || !comment) refuse(node, 'arguments and comment must be written out');
        else {
          const problem = placeholderProblem(message.text, args.length);
          if (problem !== undefined) refuse(node, problem);
          messages.push({ message: message.text, comment });
        }
      }
      ts.forEachChild(node, visit);
    };
    visit(file);
  }
  for (const comment of doingComments) for (const message of doings) messages.push({ message, comment });
  return { bundle: bundleOf(messages), problems };
}

/**
 * The text of `doing: '…'`, and of `guard('…', …)`.
 * @param {ts.Node} node
 * @returns {ts.StringLiteralLike | undefined}
 */
export function doingIn(node) {
  const text =
    ts.isPropertyAssignment(node) && node.name.getText() === 'doing'
      ? node.initializer
      : ts.isCallExpression(node) && /\.guard$/.test(node.expression.getText())
        ? node.arguments[0]
        : undefined;
  return text && ts.isStringLiteralLike(text) ? text : undefined;
}

/**
 * Of `l10n.t(message, …args)` or `l10n.t({ message, args, comment })`; undefined is what is not written out.
 * @param {ts.CallExpression} call
 * @returns {{ message?: ts.Expression | undefined; args?: readonly ts.Expression[] | undefined; comment?: readonly string[] | undefined }}
 */
function partsOf({ arguments: [first, ...rest] }) {
  if (!first || !ts.isObjectLiteralExpression(first)) return { message: first, args: writtenOut(rest), comment: [] };
  const members = new Map(
    first.properties.map((property) => [
      property.name?.getText(),
      ts.isPropertyAssignment(property) ? property.initializer : undefined,
    ]),
  );
  const listIn = (/** @type {string} */ name) => {
    const list = members.get(name);
    if (!list) return members.has(name) ? undefined : [];
    return ts.isArrayLiteralExpression(list)
      ? writtenOut(list.elements)
      : ts.isStringLiteralLike(list)
        ? [list]
        : undefined;
  };
  const comments = listIn('comment');
  const comment = comments?.filter((each) => ts.isStringLiteralLike(each)).map(({ text }) => text);
  return {
    message: members.get('message'),
    args: listIn('args'),
    comment: comment?.length === comments?.length ? comment : undefined,
  };
}

/** @param {readonly ts.Expression[]} args */
const writtenOut = (args) => (args.some((each) => ts.isSpreadElement(each)) ? undefined : args);

/**
 * @param {string} message
 * @param {number} count of arguments
 */
function placeholderProblem(message, count) {
  const names = new Set(Array.from(message.matchAll(/\{([^}]+)\}/g), ([, name]) => name));
  for (const name of names) {
    if (!/^\d+$/.test(name ?? '')) return `{${name}} looks like a placeholder: make it an argument`;
    if (Number(name) >= count) return `{${name}} has no argument`;
  }
  for (let at = 0; at < count; at++) if (!names.has(String(at))) return `the argument ${at} has no placeholder`;
  return undefined;
}

/**
 * As translators' tools have it: a message that has a comment is known by both.
 * @param {readonly Message[]} messages
 * @returns {Bundle}
 */
function bundleOf(messages) {
  const entries = messages.map(
    ({ message, comment }) =>
      /** @type {const} */ ([
        comment.length === 0 ? message : `${message}/${comment.join('')}`,
        comment.length === 0 ? message : { message, comment },
      ]),
  );
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}
