import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { control } from '../e2e/client.ts';
import { root } from '../../testnet/paths.ts';
import { deposit, go, take } from './flows.ts';
import { smallPicture } from './pictures.ts';
import { Stage } from './stage.ts';

const SETTLE_MS = 6_000;
const folder = join(root, 'docs', 'pictures');

/** Pages by the names of their pictures. */
const PAGES = { chain: '#/trade/BTC', surface: '#/surface/BTC', account: '#/account' } as const;

mkdirSync(folder, { recursive: true });
const stage = await Stage.start({ validators: 2, bidder: false });
try {
  await control(stage.network.market.url, { underlying: 'BTC', price: '64000', hold: true });
  const { page } = await stage.open('#/account', { width: 1_440 });
  await take(page, 'alice');
  await deposit(page, '100,000');
  await go(page, '#/builder/BTC');
  await page.getByRole('button', { name: 'Iron condor' }).click();
  await page.getByText('Most to lose').waitFor();
  await page.waitForTimeout(SETTLE_MS);
  process.stdout.write(`builder ${await smallPicture(page, join(folder, 'builder.webp'))} bytes\n`);
  await page.getByRole('button', { name: /^Send/ }).click();
  await page.getByText(/^Strategy sent|^Sent in part/).waitFor();
  for (const [name, hash] of Object.entries(PAGES)) {
    await go(page, hash);
    await page.waitForTimeout(SETTLE_MS);
    const bytes = await smallPicture(page, join(folder, `${name}.webp`));
    process.stdout.write(`${name} ${bytes} bytes\n`);
  }
} finally {
  await stage.stop();
}
