import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const ROOT = join(__dirname, '../..');
const ROOMS = ['activities', 'api', 'cli', 'documents', 'domain', 'sample', 'sources', 'store', 'worker', 'workflows'];
const CODE = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/;

/** Each code a refusal, a rejected row or a blocker can have, with the file that has it first. */
export function codesInSource(): Map<string, string> {
  const found = new Map<string, string>();
  for (const file of ROOMS.flatMap((room) => sourcesBelow(room))) {
    const source = ts.createSourceFile(file, readFileSync(join(ROOT, file), 'utf8'), ts.ScriptTarget.Latest, true);
    const visit = (node: ts.Node): void => {
      for (const code of codesOf(node)) if (!found.has(code)) found.set(code, file);
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return found;
}

/** `new Problem('CODE', …)` and its kin, `new RowRejection(column, value, 'CODE', …)`, `{code: 'CODE'}`, and helpers that take a code and then its reason. */
function codesOf(node: ts.Node): string[] {
  if (
    ts.isNewExpression(node) &&
    /^(Problem|FileRefused|SourceWaits|SourceStops|\w+Refused)$/.test(node.expression.getText())
  ) {
    return literalsOf(node.arguments?.[0]);
  }
  if (ts.isNewExpression(node) && node.expression.getText() === 'RowRejection') return literalsOf(node.arguments?.[2]);
  if (ts.isPropertyAssignment(node) && node.name.getText() === 'code') return literalsOf(node.initializer);
  if (
    ts.isCallExpression(node) &&
    node.arguments.slice(1).some((argument) => /\p{Script=Han}/u.test(argument.getText()))
  ) {
    return literalsOf(node.arguments[0]);
  }
  return [];
}

function literalsOf(node: ts.Expression | undefined): string[] {
  if (node === undefined) return [];
  if (ts.isConditionalExpression(node)) return [...literalsOf(node.whenTrue), ...literalsOf(node.whenFalse)];
  if (ts.isBinaryExpression(node)) return [...literalsOf(node.left), ...literalsOf(node.right)];
  return ts.isStringLiteralLike(node) && CODE.test(node.text) ? [node.text] : [];
}

function sourcesBelow(dir: string): string[] {
  return readdirSync(join(ROOT, dir), { withFileTypes: true }).flatMap((entry) => {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) return entry.name === 'generated' ? [] : sourcesBelow(path);
    return entry.name.endsWith('.ts') ? [path] : [];
  });
}
