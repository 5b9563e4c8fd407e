import ts from 'typescript';
import { lineOf, walk, type Source } from './source.ts';
import type { Violation } from './violation.ts';

const S = ts.SyntaxKind;

/** Members of globals that differ between machines, runs or engines. */
const members: Record<string, RegExp> = {
  Date: /^(now|parse)$/,
  Math: /^(random|exp(m1)?|log(2|10|1p)?|pow|a?(sin|cos|tan)h?|atan2|cbrt|hypot)$/,
};

const globals = new Set([
  'process',
  'performance',
  'Intl',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'WeakRef',
  'FinalizationRegistry',
]);

const methods = new Set(['localeCompare', 'toLocaleString', 'toLocaleUpperCase']);

/** The edges, where the state machine meets sockets, disks and signals. */
const edges = [
  /^app\/(main|config)\.ts$/,
  /^app\/(abci|commands)\//,
  /^app\/store\/disk\.ts$/,
  /^app\/store\/snapshots\//,
  /^app\/chain\/(snapshots\.ts$|replica\/)/,
  /^app\/modules\/oracle\/feederSocket\.ts$/,
  /\.(test|bench)\.ts$/,
];

const isSort = (name: string) => name === 'sort' || name === 'toSorted';

function judgeAccess(node: ts.PropertyAccessExpression): string | null {
  const name = node.name.text;
  if (ts.isIdentifier(node.expression)) {
    const global = node.expression.text;
    if (globals.has(global) || members[global]?.test(name) === true) return `${global}.${name}`;
  }
  if (methods.has(name)) return name;
  const call = node.parent;
  const bare = ts.isCallExpression(call) && call.expression === node && call.arguments.length === 0;
  return bare && isSort(name) ? `${name} without a comparator` : null;
}

function judge(node: ts.Node): string | null {
  if (ts.isPropertyAccessExpression(node)) return judgeAccess(node);
  if (ts.isAwaitExpression(node)) return 'await';
  if (node.kind === S.AsyncKeyword) return 'async';
  if (node.kind === S.AsteriskAsteriskToken || node.kind === S.AsteriskAsteriskEqualsToken) {
    return '**';
  }
  if (ts.isNewExpression(node) && node.expression.getText() === 'Date' && !node.arguments?.length) {
    return 'new Date()';
  }
  if (!ts.isCallExpression(node) || !ts.isIdentifier(node.expression)) return null;
  return globals.has(node.expression.text) ? node.expression.text : null;
}

/** What the replicated state machine may not do, as it would differ from machine to machine. */
export function determinismViolations({ path, tree }: Source): Violation[] {
  if (!path.startsWith('app/') || edges.some((edge) => edge.test(path))) return [];
  const found: Violation[] = [];
  walk(tree, (node) => {
    const what = judge(node);
    if (what === null) return;
    found.push({ path, line: lineOf(tree, node), problem: `not deterministic: ${what}` });
  });
  return found;
}
