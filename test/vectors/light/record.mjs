// Records anew what a real node answers to a light client, for the tests of `light/` and of
// `tenor verify`, after a change of what is proved:
//
//   npm run build && node test/vectors/light/record.mjs > recorded.json
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { bundleOptions } from '../../../scripts/bundleOptions.mjs';

const root = fileURLToPath(new URL('../../../', import.meta.url));
// In dist/, from where the launcher finds the programs that it starts.
const outfile = join(root, 'dist', `record-${process.pid}.mjs`);

process.on('exit', () => rmSync(outfile, { force: true }));
await build({
  entryPoints: [join(root, 'test/vectors/light/record.ts')],
  outfile,
  ...bundleOptions,
});
await import(pathToFileURL(outfile).href);
