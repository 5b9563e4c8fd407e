// Generates docs/conformity.md from the gateway's tables of methods and channels, beside Deribit's
// own list (test/vectors/gateway/deribit.json). `--check` fails when the committed page differs.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { format, resolveConfig } from 'prettier';
import { bundleOptions } from './bundleOptions.mjs';

const root = fileURLToPath(new URL('../', import.meta.url));
const page = join(root, 'docs', 'conformity.md');
const bundle = join(root, '.cache', `conformity-${process.pid}.mjs`);

await build({
  ...bundleOptions,
  entryPoints: [join(root, 'gateway', 'conformity.ts')],
  outfile: bundle,
});
const { conformityPage } = await import(pathToFileURL(bundle).href);
rmSync(bundle);
const deribit = JSON.parse(readFileSync(join(root, 'test/vectors/gateway/deribit.json'), 'utf8'));
const config = await resolveConfig(page);
const text = await format(conformityPage(deribit), { ...config, parser: 'markdown' });
if (process.argv.includes('--check')) {
  if (readFileSync(page, 'utf8') !== text) {
    console.error('docs/conformity.md is not what the code says: node scripts/conformity.mjs');
    process.exitCode = 1;
  }
} else {
  writeFileSync(page, text);
}
