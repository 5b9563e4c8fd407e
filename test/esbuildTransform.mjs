import { createHash } from 'node:crypto';
import { transformSync, version } from 'esbuild';

/**
 * Jest transform: strips types with esbuild. Types are checked by `npm run check`, not here.
 * CommonJS packages (cosmjs) `require` ES modules (@noble/hashes), which Jest cannot load below
 * Node 24.9: those files are turned into CommonJS when they are required, and kept when imported.
 */
export default {
  getCacheKey: (source, file, { transformerConfig, supportsStaticESM }) =>
    createHash('sha256')
      .update(JSON.stringify([version, transformerConfig, supportsStaticESM, file, source]))
      .digest('hex'),
  process(source, file, { supportsStaticESM }) {
    return transformSync(source, {
      loader: /\.tsx?$/.exec(file)?.[0].slice(1) ?? 'js',
      ...{ jsx: 'automatic', jsxImportSource: 'preact' },
      format: supportsStaticESM ? 'esm' : 'cjs',
      target: 'node20',
      sourcefile: file,
      sourcemap: 'inline',
    });
  },
};
