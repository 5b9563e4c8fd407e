// Takes the README's pictures of the terminal again, into docs/pictures.
// It starts a network of its own with makers, and needs Chromium (see test/browser/README.md).
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { bundleOptions } from './bundleOptions.mjs';

const root = fileURLToPath(new URL('../', import.meta.url));
// In dist/, from where the launcher finds the programs that it starts.
const outfile = join(root, 'dist', `pictures-${process.pid}.mjs`);

process.on('exit', () => rmSync(outfile, { force: true }));
await build({
  entryPoints: [join(root, 'test/browser/readmePictures.ts')],
  outfile,
  ...bundleOptions,
  external: ['playwright-core'],
});
await import(pathToFileURL(outfile).href);
