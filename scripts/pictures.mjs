// Takes the README's pictures of the terminal again, into docs/pictures.
// It starts a network of its own with makers, and needs Chromium (see test/browser/README.md).
import { runBundled } from './runBundled.mjs';

await runBundled('test/browser/readmePictures.ts', {
  ...{ folder: 'dist', external: ['playwright-core'] },
});
