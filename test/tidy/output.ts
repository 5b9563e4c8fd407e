import ts from 'typescript';
import { lineOf, walk, type Source } from './source.ts';
import type { Violation } from './violation.ts';

const programs = /^(app|api|cli|client|feeder|light|maker|terminal|testnet)\//;
/** Where the command line's text is made printable, and the stream it asks questions on. */
const cliEdges = /^cli\/(output\/.*|terminal\.ts|main\.ts)$/;

const isConstant = (node: ts.Expression | undefined): boolean =>
  node !== undefined &&
  (ts.isStringLiteralLike(node) || (ts.isIdentifier(node) && /^[A-Z_]+$/.test(node.text)));

const isPrintable = (node: ts.Expression | undefined): boolean =>
  node !== undefined &&
  ts.isCallExpression(node) &&
  /^printable(Lines)?$/.test(node.expression.getText());

const CONSOLE = /^console\.\w+$/;
const STREAM = /(^|\.)#?(stdout|stderr)\.(write|end)$/;

/**
 * What a program writes to a terminal or a log may have come from outside: in `cli/` it goes
 * through `Output`, elsewhere through `printable`, and every logger has the hook that does it.
 */
export function outputViolations({ path, tree }: Source): Violation[] {
  if (!programs.test(path) || /\.(test|bench)\.ts$|fixture\.ts$/i.test(path)) return [];
  if (cliEdges.test(path)) return [];
  const found: Violation[] = [];
  walk(tree, (node) => {
    if (!ts.isCallExpression(node)) return;
    const callee = node.expression.getText();
    const at = (problem: string) => found.push({ path, line: lineOf(tree, node), problem });
    if (callee === 'pino') {
      if (!/\bhooks: logHooks\b/.test(node.getText())) at('a logger without hooks: logHooks');
    } else if (CONSOLE.test(callee) || STREAM.test(callee)) {
      if (path.startsWith('cli/')) at('written past cli/output: what is outside may be in it');
      else if (!node.arguments.every((text) => isConstant(text) || isPrintable(text))) {
        at('written without printable(): what is outside may be in it');
      }
    }
  });
  return found;
}
