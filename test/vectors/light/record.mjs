// Records anew what a real node answers to a light client, for the tests of `light/` and of
// `tenor verify`, after a change of what is proved:
//
//   npm run build && node test/vectors/light/record.mjs > recorded.json
import { runBundled } from '../../../scripts/runBundled.mjs';

await runBundled('test/vectors/light/record.ts', { folder: 'dist' });
