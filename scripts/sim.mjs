// Runs the simulator: `npm run sim -- --seed S --blocks N`; see test/sim/README.md.
import { runBundled } from './runBundled.mjs';

await runBundled('test/sim/main.ts', { sourcemap: 'inline' });
