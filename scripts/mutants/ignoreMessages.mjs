// Stryker's plugin: leaves alone what no test can or should catch. The texts of failures are not
// consensus data, and an assertion of correct code never fails, whatever it is replaced with.
import { PluginKind, declareValuePlugin } from '@stryker-mutator/api/plugin';

/** Calls that name what they refuse. */
const NAMING = [
  ...['assert', 'assertNever', 'defined'],
  ...['requirePrice', 'requirePositivePrice', 'requireQuantity', 'requireFraction'],
];

/** Those, and what makes errors: `new Error(…)`, `oracleErrors.badFeed(…)`. */
function speaks(node) {
  const { callee } = node;
  if (node.type === 'NewExpression') return /Error$/.test(callee.name ?? '');
  if (node.type !== 'CallExpression') return false;
  if (callee.type === 'MemberExpression') return /Errors$/.test(callee.object.name ?? '');
  return NAMING.includes(callee.name ?? '');
}

const texts = ['StringLiteral', 'TemplateLiteral', 'TemplateElement'];

/** Whether a text is one that a failure says, also as a part of it. */
function isSaid(path) {
  if (!texts.includes(path.node.type)) return false;
  for (let at = path.parentPath; at !== null && at !== undefined; at = at.parentPath) {
    const { node } = at;
    if (node.type === 'ThrowStatement' || speaks(node)) return true;
    const isPart = node.type === 'BinaryExpression' && node.operator === '+';
    const isThrown = at.parent?.type === 'ThrowStatement';
    if (!isPart && !isThrown) return false;
  }
  return false;
}

function shouldIgnore(path) {
  const { node } = path;
  if (node.type === 'CallExpression' && speaks(node) && node.callee.name?.startsWith('assert')) {
    return 'an assertion';
  }
  return isSaid(path) ? 'the text of a failure' : undefined;
}

export const strykerPlugins = [declareValuePlugin(PluginKind.Ignore, 'messages', { shouldIgnore })];
