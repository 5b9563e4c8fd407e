// Stryker's plugin: leaves alone what no test can or should catch. The texts of failures are not
// consensus data, and an assertion of correct code never fails, whatever it is replaced with.
import { PluginKind, declareValuePlugin } from '@stryker-mutator/api/plugin';

/** `assert(…)`, and what makes errors: `new Error(…)`, `oracleErrors.unknownFeed(…)`. */
function speaks(node) {
  const { callee } = node;
  if (node.type === 'NewExpression') return /Error$/.test(callee.name ?? '');
  if (node.type !== 'CallExpression') return false;
  if (callee.type === 'MemberExpression') return /Errors$/.test(callee.object.name ?? '');
  return ['assert', 'assertNever'].includes(callee.name ?? '');
}

const texts = ['StringLiteral', 'TemplateLiteral', 'TemplateElement'];

function shouldIgnore({ node, parent }) {
  if (node.type === 'CallExpression' && speaks(node) && node.callee.name?.startsWith('assert')) {
    return 'an assertion';
  }
  return parent !== null && parent !== undefined && speaks(parent) && texts.includes(node.type)
    ? 'the text of a failure'
    : undefined;
}

export const strykerPlugins = [declareValuePlugin(PluginKind.Ignore, 'messages', { shouldIgnore })];
