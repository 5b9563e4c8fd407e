import ts from 'typescript';

export interface Import {
  specifier: string;
  line: number;
}

export interface Source {
  /** Relative to the repository's root, with forward slashes. */
  path: string;
  lines: string[];
  imports: Import[];
  tree: ts.SourceFile;
}

/** Parses one TypeScript or JavaScript file; nothing is resolved and no types are known. */
export function parseSource(path: string, text: string): Source {
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true);
  return { path, lines: text.split('\n'), imports: findImports(tree), tree };
}

export function lineOf(tree: ts.SourceFile, node: ts.Node): number {
  return tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1;
}

/** Calls `visit` for every node below, parents first. */
export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}

/** The specifier of an import or export declaration, or of a dynamic import of a literal. */
function specifierOf(node: ts.Node): string | null {
  const from =
    ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
      ? node.moduleSpecifier
      : ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword
        ? node.arguments[0]
        : undefined;
  return from !== undefined && ts.isStringLiteralLike(from) ? from.text : null;
}

function findImports(tree: ts.SourceFile): Import[] {
  const found: Import[] = [];
  walk(tree, (node) => {
    const specifier = specifierOf(node);
    if (specifier !== null) found.push({ specifier, line: lineOf(tree, node) });
  });
  return found;
}
