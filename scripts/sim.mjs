// Runs the simulator: `npm run sim -- --seed S --blocks N`; see test/sim/README.md.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { bundleOptions } from './bundleOptions.mjs';

const root = fileURLToPath(new URL('../', import.meta.url));
const outfile = join(root, '.cache', `sim-${process.pid}.mjs`);

process.on('exit', () => rmSync(outfile, { force: true }));
await build({
  entryPoints: [join(root, 'test/sim/main.ts')],
  outfile,
  ...bundleOptions,
  sourcemap: 'inline',
});
await import(pathToFileURL(outfile).href);
