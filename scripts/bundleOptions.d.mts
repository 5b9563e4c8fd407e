export const bundleOptions: {
  readonly bundle: true;
  readonly packages: 'external';
  readonly platform: 'node';
  readonly format: 'esm';
  readonly target: 'node20';
  readonly logLevel: 'error';
};
