// Bundles a program and runs it in this process.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { bundleOptions } from './bundleOptions.mjs';

const root = fileURLToPath(new URL('../', import.meta.url));

/**
 * @param entry from the project's folder on
 * @param folder where the bundle is while it runs: `dist` for what starts a network, as the
 *   launcher finds its programs beside it
 * @param options of esbuild, beside the project's
 */
export async function runBundled(entry, { folder = '.cache', ...options } = {}) {
  const outfile = join(root, folder, `run-${process.pid}.mjs`);
  process.on('exit', () => rmSync(outfile, { force: true }));
  await build({ entryPoints: [join(root, entry)], outfile, ...bundleOptions, ...options });
  await import(pathToFileURL(outfile).href);
}
