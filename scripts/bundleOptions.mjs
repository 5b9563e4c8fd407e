/** How sources become a program for Node, by esbuild: one file, with packages outside. */
export const bundleOptions = {
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'node20',
  logLevel: 'error',
};
