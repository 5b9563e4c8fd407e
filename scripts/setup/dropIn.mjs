// Installs the CometBFT that is a drop-in for the pinned one, so that its test runs:
//
//   node scripts/setup/dropIn.mjs
import { fileURLToPath } from 'node:url';
import { installDropIn } from './cometbft.mjs';
import { SetupError } from './progress.mjs';

try {
  console.log(await installDropIn(fileURLToPath(new URL('../../', import.meta.url))));
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
