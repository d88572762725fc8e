import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import ts from 'typescript';
import { PROJECT_ROOT } from '../../worker/config';

/** The rooms of the house (design, section 2). */
export const ROOMS = [
  'workflows',
  'activities',
  'domain',
  'sources',
  'store',
  'documents',
  'api',
  'cli',
  'worker',
  'prisma',
  'sample',
  'bench',
  'test',
] as const;

const SKIPPED = new Set(['node_modules', 'dist', '.git', '.data', 'generated', 'coverage']);

/** Paths of files in the house, relative to its root, with `/`. */
export function filesIn(folder: string, ends: string): string[] {
  return walk(join(PROJECT_ROOT, folder))
    .filter((path) => path.endsWith(ends))
    .map((path) => relative(PROJECT_ROOT, path).split(sep).join('/'));
}

export function textOf(path: string): string {
  return readFileSync(join(PROJECT_ROOT, path), 'utf8');
}

export interface ImportLine {
  /** As written: `../store/db`, `node:fs`, `pg`. */
  readonly from: string;
  /** `import type`, or only types between the braces. */
  readonly typeOnly: boolean;
}

/** What a file imports, also by `import()`. */
export function importsOf(path: string): ImportLine[] {
  const found: ImportLine[] = [];
  visit(path, (node) => {
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      found.push({ from: node.moduleSpecifier.text, typeOnly: isTypeOnly(node.importClause) });
    } else if (ts.isExportDeclaration(node) && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier)) {
      found.push({ from: node.moduleSpecifier.text, typeOnly: node.isTypeOnly });
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [argument] = node.arguments;
      if (argument && ts.isStringLiteral(argument)) found.push({ from: argument.text, typeOnly: false });
    }
  });
  return found;
}

/** The texts a program holds: strings and templates, without comments. */
export function stringsOf(path: string): string[] {
  const found: string[] = [];
  visit(path, (node) => {
    if (ts.isStringLiteralLike(node)) found.push(node.text);
    if (ts.isTemplateExpression(node)) found.push(node.getText());
  });
  return found;
}

function isTypeOnly(clause: ts.ImportClause | undefined): boolean {
  if (!clause) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const named = clause.namedBindings;
  return !clause.name && !!named && ts.isNamedImports(named) && named.elements.every((element) => element.isTypeOnly);
}

function visit(path: string, look: (node: ts.Node) => void): void {
  const source = ts.createSourceFile(path, textOf(path), ts.ScriptTarget.ES2023, true);
  const step = (node: ts.Node): void => {
    look(node);
    ts.forEachChild(node, step);
  };
  step(source);
}

function walk(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => !SKIPPED.has(name))
    .flatMap((name) => walk(join(path, name)));
}
