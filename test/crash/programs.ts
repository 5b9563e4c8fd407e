import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { bundleOptions } from '../../scripts/bundleOptions.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Bundles a program inside the repository, where its packages are found; its path. */
export async function buildProgram(entry: string): Promise<string> {
  const name = entry.replaceAll(/\W/g, '-');
  const outfile = join(root, '.cache', `crash-${process.pid}-${name}.mjs`);
  await build({
    entryPoints: [join(root, entry)],
    outfile,
    ...bundleOptions,
  });
  return outfile;
}

/**
 * Compiles the fault layer; undefined where there is no C compiler or no preloading, and then tests
 * that need it say so and are left out.
 */
export function buildFaultLayer(folder: string): string | undefined {
  if (process.platform !== 'linux') return undefined;
  const library = join(folder, 'faultDisk.so');
  const source = join(root, 'test/crash/faultDisk.c');
  const args = ['-O1', '-shared', '-fPIC', '-o', library, source, '-ldl', '-lpthread'];
  return spawnSync('cc', args).status === 0 ? library : undefined;
}
