// How tests are loaded without Jest: TypeScript by esbuild, @jest/globals by what stands in for it.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'esbuild';

const GLOBALS = new URL('./globals.mjs', import.meta.url).href;

export const resolve = (specifier, context, next) =>
  specifier === '@jest/globals' ? { url: GLOBALS, shortCircuit: true } : next(specifier, context);

export function load(url, context, next) {
  if (!/\.tsx?$/.test(url)) return next(url, context);
  const sourcefile = fileURLToPath(url);
  const { code } = transformSync(readFileSync(sourcefile, 'utf8'), {
    loader: url.endsWith('x') ? 'tsx' : 'ts',
    ...{ jsx: 'automatic', jsxImportSource: 'preact' },
    ...{ format: 'esm', target: 'node20', sourcefile },
  });
  return { format: 'module', source: code, shortCircuit: true };
}
