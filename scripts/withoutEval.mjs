// The terminal's policy runs no code that is made of text, and claygl, under echarts-gl, makes a
// function of each size in its list of effects. Here they become functions when the page is built.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const EVAL = "new Function('width', 'height', 'dpr', 'return ' + exprRes[1])";

/** @returns an object of functions by the text that they are made of, as source */
function expressions(root) {
  const path = join(root, 'node_modules/echarts-gl/lib/effect/composite.js');
  const texts = readFileSync(path, 'utf8').matchAll(/'expr\((.*)\)'/g);
  const unique = [...new Set([...texts].map(([, text]) => text))];
  const entries = unique.map(
    (text) => `${JSON.stringify(text)}: (width, height, dpr) => ${text.trim()}`,
  );
  return `{ ${entries.join(', ')} }`;
}

/** Throws when claygl has changed so that this is not what it needs. */
export const withoutEval = (root) => ({
  name: 'without eval',
  setup(build) {
    build.onLoad({ filter: /claygl\/src\/createCompositor\.js$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8');
      if (!source.includes(EVAL)) throw new Error(`${path} makes its functions in another way`);
      const contents = source.replace(EVAL, `(${expressions(root)})[exprRes[1]]`);
      return { contents, loader: 'js' };
    });
  },
});
