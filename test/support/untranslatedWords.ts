/**
 * Finds words in a source that a user would read in English whatever the editor speaks: texts that look like something to be read, or stand
 * where the editor shows them, and do not go through `l10n.t`. It looks at the syntax alone, and rather finds too much: what
 * nobody reads is said to it.
 */
import ts from 'typescript';
import { doingIn } from '../workbench/messages.mjs';

/** A member of one of these names is shown, and so is what a function of one of these is told. */
const shownMembers = new Set(
  'title label description detail tooltip placeHolder placeholder prompt message hint openLabel saveLabel'.split(' '),
);
const showing = /\b(show\w+Message|setStatusBarMessage|appendText|TreeItem|CodeLens|NoPermissions)$/;
/** What they are told is for a log, or for who looks for a bug. */
const logging = /(\blog|Log)\.(info|warn|error)$/;

export interface Words {
  /** From 1. */
  readonly line: number;
  /** As it stands in the source. */
  readonly text: string;
}

export function untranslatedWords({ path, text }: { readonly path: string; readonly text: string }): readonly Words[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found: Words[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) {
      if (isRead(node)) {
        found.push({ line: file.getLineAndCharacterOfPosition(node.getStart()).line + 1, text: node.getText() });
      }
    }
    ts.forEachChild(node, (child) => {
      if (!isForNobody(node, child)) visit(child);
    });
  };
  visit(file);
  return found;
}

function isRead(node: ts.StringLiteralLike | ts.TemplateExpression): boolean {
  const words = wordsOf(node);
  if (ts.isTemplateExpression(node) ? /(^|[\s("“])\p{L}{2,}[.,:;…)]?(\s|$)/u.test(words) : isPhrase(words)) return true;
  return isShown(node) && /\p{L}{2,}/u.test(words);
}

/** Without icons; of a template a mark stands for what is put in. */
function wordsOf(node: ts.StringLiteralLike | ts.TemplateExpression): string {
  const text = ts.isStringLiteralLike(node)
    ? node.text
    : [node.head, ...node.templateSpans.map(({ literal }) => literal)].map((part) => part.text).join('◦');
  return text.replaceAll(/\$\([\w-]+\)/g, '');
}

/** Several words, or one that begins as a sentence does. */
const isPhrase = (text: string): boolean =>
  /\p{L}{2,}["”)]?[,:;…]? +["“(]?\p{L}+/u.test(text) || /^\p{Lu}\p{Ll}+[.:…]?$/u.test(text.trim());

/** Whether it, or what it is an alternative in, stands where the editor shows it. */
function isShown(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isConditionalExpression(parent)) return parent.condition !== node && isShown(parent);
  if (ts.isTemplateSpan(parent)) return !isIconName(parent) && isShown(parent.parent);
  if (ts.isParenthesizedExpression(parent)) return isShown(parent);
  if (ts.isBinaryExpression(parent)) {
    const { kind } = parent.operatorToken;
    if (kind === ts.SyntaxKind.EqualsToken) {
      const name = ts.isPropertyAccessExpression(parent.left) ? parent.left.name.text : '';
      return name === 'text' || shownMembers.has(name);
    }
    const joins = [ts.SyntaxKind.PlusToken, ts.SyntaxKind.BarBarToken, ts.SyntaxKind.QuestionQuestionToken];
    return joins.includes(kind) && isShown(parent);
  }
  if (ts.isPropertyAssignment(parent)) return shownMembers.has(parent.name.getText());
  return (ts.isCallExpression(parent) || ts.isNewExpression(parent)) && showing.test(parent.expression.getText());
}

/** As in `$(${name})`. */
function isIconName(span: ts.TemplateSpan): boolean {
  const { head, templateSpans } = span.parent;
  const before = templateSpans[templateSpans.indexOf(span) - 1]?.literal ?? head;
  return before.text.endsWith('$(');
}

/** Ids, codes, what is said already, and what a log or a bug's report has. */
function isForNobody(node: ts.Node, child: ts.Node): boolean {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isLiteralTypeNode(node)) return true;
  if (ts.isElementAccessExpression(node)) return child === node.argumentExpression;
  if (ts.isCaseClause(node)) return child === node.expression;
  if (ts.isBinaryExpression(node))
    return /^[!=]==$/.test(node.operatorToken.getText()) && ts.isStringLiteralLike(child);
  if (doingIn(node) === child) return true;
  if (ts.isPropertyAssignment(node)) return child === node.name || node.name.getText() === 'code' || isTranslated(node);
  if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return false;
  const callee = node.expression.getText();
  const [first] = node.arguments ?? [];
  // Beside the message, an argument may have words in it.
  if (callee === 'l10n.t') return child === first && !ts.isObjectLiteralExpression(child);
  if (/Failure$|^super$/.test(callee)) return child === first || first?.getText() === "'Cancelled'";
  return logging.test(callee) || callee === 'Error';
}

/** `message` and `comment` of `l10n.t({ message, args, comment })`. */
function isTranslated({ name, parent }: ts.PropertyAssignment): boolean {
  const call = parent.parent;
  return ts.isCallExpression(call) && call.expression.getText() === 'l10n.t' && name.getText() !== 'args';
}
