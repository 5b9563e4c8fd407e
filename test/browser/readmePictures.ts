import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../testnet/paths.ts';
import { deposit, go, order, seen, take } from './flows.ts';
import { smallPicture } from './pictures.ts';
import { Stage } from './stage.ts';

const SETTLE_MS = 6_000;
/** The market moves meanwhile: candles and the equity curve have something to show. */
const WATCHED_MS = 40_000;
const MOST_BYTES = 150_000;
const folder = join(root, 'docs', 'pictures');

interface Market {
  readonly symbol: string;
  readonly strikeUusd: string;
  readonly kind: string;
  readonly ask: object | null;
}

/** A call of the second expiry that can be bought, the one nearest to the money. */
async function nearMoney(stage: Stage): Promise<{ symbol: string; expiry: string }> {
  const get = async (path: string) => (await fetch(stage.url(path))).json() as Promise<unknown>;
  const { prices } = (await get('tenor/v1/oracle/prices')) as {
    prices: { underlying: string; price: { indexUusd: string } }[];
  };
  const index = Number(prices.find(({ underlying }) => underlying === 'BTC')!.price.indexUusd);
  const { markets } = (await get('tenor/v1/markets?underlying=BTC&limit=400')) as {
    markets: Market[];
  };
  const expiryOf = ({ symbol }: Market) => symbol.split('-')[1]!;
  const expiry = [...new Set(markets.map(expiryOf))][1]!;
  const distance = ({ strikeUusd }: Market) => Math.abs(Number(strikeUusd) - index);
  const [found] = markets
    .filter((market) => market.kind === 'call' && market.ask !== null)
    .filter((market) => expiryOf(market) === expiry)
    .toSorted((a, b) => distance(a) - distance(b));
  return { symbol: found!.symbol, expiry };
}

mkdirSync(folder, { recursive: true });
const stage = await Stage.start({ validators: 2, history: true });
try {
  const { page } = await stage.open('#/account', { width: 1_440 });
  const keep = async (name: string) => {
    await page.waitForTimeout(SETTLE_MS);
    const bytes = await smallPicture(page, join(folder, `${name}.webp`));
    process.stdout.write(`${name} ${bytes} bytes\n`);
    if (bytes > MOST_BYTES) throw new Error(`${name} has ${bytes} bytes, over ${MOST_BYTES}`);
  };
  await take(page, 'alice');
  await deposit(page, '100,000');
  await go(page, '#/builder/BTC');
  await page.getByRole('button', { name: 'Iron condor' }).click();
  await page.getByLabel('Contracts').fill('0.4');
  await seen(page, 'Most to lose');
  await keep('builder');
  await page.getByRole('button', { name: /^Send/ }).click();
  await seen(page, /^Strategy sent|^Sent in part/);
  await order(page, { ...(await nearMoney(stage)), side: 'buy', size: '0.3' });
  await seen(page, /^Bought|^Order/);
  await page.waitForTimeout(WATCHED_MS);
  await keep('chain');
  await go(page, '#/account');
  await keep('account');
  await go(page, '#/surface/BTC');
  await seen(page, 'Report card of the validators');
  await keep('surface');
  await page.setViewportSize({ width: 390, height: 844 });
  await go(page, '#/account');
  await keep('phone');
} finally {
  await stage.stop();
}
