import ts from 'typescript';
import { lineOf, walk, type Source } from './source.ts';
import type { Violation } from './violation.ts';

const REFUSAL = /^(\w+Errors|sdk)\.\w+$/;
/**
 * Parameters are named and given in their own base units; what wallets parse of a fee has the
 * words and coins of the Cosmos SDK (docs/adr/098).
 */
const EXEMPT = /^(runtimeErrors\.badParams|sdk\.insufficientFee)$/;
const BASE_UNIT = /uusd|utenor|1e-4|ppm\b/i;
const AMOUNT = /uusd|quantity|premium|cash|amount|\b(lot|minOrder|maxOrder|maxPosition|size)\b/i;

const isText = (node: ts.Expression): boolean =>
  ts.isCallExpression(node) && /Text$/.test(node.expression.getText());

function problemOf(node: ts.Node): string | null {
  if (ts.isTemplateSpan(node)) {
    const { expression } = node;
    const isLength = /\.length$/.test(expression.getText());
    if (isText(expression) || isLength || !AMOUNT.test(expression.getText())) return null;
    return `${expression.getText()} as it is: say it with app/lib/amountText`;
  }
  const isPart = ts.isStringLiteralLike(node) || ts.isTemplateHead(node);
  if (!isPart && !ts.isTemplateMiddle(node) && !ts.isTemplateTail(node)) return null;
  const found = BASE_UNIT.exec(node.text);
  return found === null ? null : `${found[0]} in a sentence: say it with app/lib/amountText`;
}

/** Amounts in the sentences of refusals that are not in the units that people type. */
export function sentenceViolations({ path, tree }: Source): Violation[] {
  if (!path.startsWith('app/') || /\.test\.ts$/.test(path)) return [];
  const found: Violation[] = [];
  walk(tree, (call) => {
    if (!ts.isCallExpression(call)) return;
    const callee = call.expression.getText();
    if (!REFUSAL.test(callee) || EXEMPT.test(callee)) return;
    for (const argument of call.arguments) {
      walk(argument, (node) => {
        const problem = problemOf(node);
        if (problem !== null) found.push({ path, line: lineOf(tree, node), problem });
      });
    }
  });
  return found;
}
