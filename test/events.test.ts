import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import ts from 'typescript';

const root = fileURLToPath(new URL('../', import.meta.url));

/** A row's columns, whatever the order of its attributes. */
const sorted = (columns: string): string => columns.split(', ').toSorted().join(', ');

/** As the page has an attribute: bold when it is indexed, `?` when it may be left out. */
const written = (key: string, isIndexed: boolean, isOptional: boolean): string => {
  const code = `\`${key}${isOptional ? '?' : ''}\``;
  return isIndexed ? `**${code}**` : code;
};

/** Every event that the application emits, as its row begins: the types tell what spreads bring. */
function emitted(): string[] {
  const config = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, dirname(root));
  const program = ts.createProgram([join(root, 'app/main.ts')], { ...options, noEmit: true });
  const checker = program.getTypeChecker();
  const rows: string[] = [];
  const visit = (node: ts.Node): void => {
    ts.forEachChild(node, visit);
    if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return;
    const { expression, name } = node.expression;
    if (name.text !== 'emit') return;
    if (checker.typeToString(checker.getTypeAtLocation(expression)) !== 'Ctx') return;
    const [type, attributes, indexed] = node.arguments;
    const keys = indexed === undefined ? [] : literalsOf(indexed);
    const all = checker.getTypeAtLocation(attributes!).getProperties();
    const columns = all.map((property) => {
      const kind = checker.getTypeOfSymbol(property);
      const isOptional = kind.isUnion() && kind.types.some((t) => t.flags & ts.TypeFlags.Undefined);
      return written(property.name, keys.includes(property.name), isOptional);
    });
    expect(all.map(({ name: key }) => key)).toEqual(expect.arrayContaining(keys));
    rows.push(`\`${literal(type!)}\` | ${sorted(columns.join(', '))}`);
  };
  for (const source of program.getSourceFiles()) {
    if (source.fileName.startsWith(join(root, 'app/'))) visit(source);
  }
  return rows;
}

function literal(node: ts.Node): string {
  if (ts.isStringLiteral(node)) return node.text;
  throw new Error(`${node.getText()}: the name of an event is written where it is emitted`);
}

function literalsOf(node: ts.Node): string[] {
  if (ts.isArrayLiteralExpression(node)) return node.elements.map(literal);
  throw new Error(`${node.getText()}: indexed keys are written where they are emitted`);
}

test('docs/events.md has every event, its attributes and which are indexed', () => {
  const page = readFileSync(join(root, 'docs/events.md'), 'utf8');
  const rows = page.split('\n').filter((line) => /^\| `/.test(line));
  const starts = rows.map((row) => {
    const [, type, columns] = row.split('|').map((cell) => cell.trim());
    return `${type!} | ${sorted(columns!)}`;
  });
  expect(starts.toSorted()).toEqual([...new Set(emitted())].toSorted());
}, 120_000);
