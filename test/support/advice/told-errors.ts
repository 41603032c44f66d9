import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** What an error says, as its source has it. */
export interface ToldError {
  readonly file: string;
  readonly code: string;
  /** Its detail, with the texts that are put together for it. `{}` stands for what is filled in. */
  readonly detail: string;
}

/** Every `new DomainError(kind, code, detail)` below these folders, tests aside. */
export const toldErrors = (folders: readonly string[]): readonly ToldError[] =>
  folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !/\.(test|fixture)\.ts$/.test(file))
      .flatMap((file) => errorsOf(path.join(folder, file))),
  );

function errorsOf(file: string): readonly ToldError[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const found: ToldError[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isNewExpression(node) && node.expression.getText() === 'DomainError') {
      const [, code, detail] = node.arguments ?? [];
      if (code && detail) found.push({ file, code: textsOf(code, source), detail: textsOf(detail, source) });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** The texts of an expression, and of the names in it that are written in the same file. */
function textsOf(node: ts.Node, source: ts.SourceFile, seen: ReadonlySet<string> = new Set()): string {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node))
    return node.templateSpans.reduce((text, { expression, literal }) => {
      const inside = textsOf(expression, source, seen);
      return text + (inside === '' ? '{}' : inside) + literal.text;
    }, node.head.text);
  if (ts.isIdentifier(node)) {
    const { text } = node;
    return seen.has(text) ? '' : textOfName(text, node, source, new Set([...seen, text]));
  }
  const parts: string[] = [];
  ts.forEachChild(node, (child) => void parts.push(textsOf(child, source, seen)));
  return parts.filter((part) => part !== '').join(' ');
}

/** What a name stands for: in its own function before the rest of its file. Properties of a table are all of its texts. */
function textOfName(name: string, from: ts.Node, source: ts.SourceFile, seen: ReadonlySet<string>): string {
  for (let scope: ts.Node = from.parent; ; scope = scope.parent) {
    if (ts.isFunctionLike(scope) || ts.isSourceFile(scope)) {
      const initializer = declared(name, scope);
      if (initializer) return textsOf(initializer, source, seen);
    }
    if (ts.isSourceFile(scope)) return '';
  }
}

function declared(name: string, scope: ts.Node): ts.Expression | null {
  let found: ts.Expression | null = null;
  const visit = (node: ts.Node): void => {
    if (
      ts.isVariableDeclaration(node) &&
      node.initializer &&
      ts.isIdentifier(node.name) &&
      node.name.text === name
    )
      found ??= node.initializer;
    if (found === null && (node === scope || !ts.isFunctionLike(node))) ts.forEachChild(node, visit);
  };
  visit(scope);
  return found;
}
