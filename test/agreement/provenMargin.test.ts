import { afterEach, expect, test } from '@jest/globals';
import { MarginMode } from '../../proto/gen/tenor.accounts.v1.ts';
import { fromBinary } from '../../app/lib/bytes.ts';
import { recordKey } from '../../app/lib/records.ts';
import { proveMargin } from '../../light/index.ts';
import type { ProvedReader } from '../../light/index.ts';
import { TestChain } from '../harness/chain.ts';
import { fundUsers, trade } from '../harness/crisis.ts';
import { FEE, accountOf, marginOf, modeMsg, seriesOf } from '../harness/trading.ts';

let chain: TestChain;
afterEach(async () => {
  await chain.close();
});

/** Records as they are in the state of the last block; proofs have tests of their own. */
function readerOf(): ProvedReader {
  const { app } = chain.node;
  return {
    timeMs: () => Promise.resolve(chain.timeMs),
    get: (spec, of) => {
      const { code, value } = app.answer(
        `/store/${spec.store}/key`,
        fromBinary(recordKey(spec, of)),
        0,
      );
      const isThere = code === 0 && value.length > 0;
      return Promise.resolve(isThere ? spec.value.decode(value) : undefined);
    },
  };
}

function held(name: string) {
  const { subaccount, positions } = accountOf(chain, chain.user(name));
  return { id: subaccount!.id, ids: positions.map(({ position }) => position!.seriesId) };
}

async function expectProved(name: string): Promise<void> {
  const { id, ids } = held(name);
  const series = new Map(['BTC', 'ETH'].flatMap((u) => seriesOf(chain, u).map((s) => [s.id, s])));
  const ordered = ids.toSorted((a, b) => {
    const [x, y] = [series.get(a)!, series.get(b)!];
    if (x.underlyingId !== y.underlyingId) return x.underlyingId - y.underlyingId;
    if (x.expirySeconds !== y.expirySeconds) return x.expirySeconds < y.expirySeconds ? -1 : 1;
    return x.strikeUusd < y.strikeUusd ? -1 : x.strikeUusd > y.strikeUusd ? 1 : 0;
  });
  const proved = await proveMargin(readerOf(), id, ordered);
  const said = marginOf(chain, chain.user(name));
  expect(proved.margin.maintenanceMarginUusd).toBe(said.maintenanceUusd);
  expect(proved.margin.markToMarketUusd).toBe(said.markToMarketUusd);
}

test('a margin is the same from the records of the state alone, to the unit', async () => {
  chain = await TestChain.start({ alone: true });
  await fundUsers(chain, { alice: 90_000, bob: 300_000, carol: 90_000 });
  const portfolio = modeMsg(chain.user('carol'), MarginMode.MARGIN_MODE_PORTFOLIO);
  await chain.block({ txs: [chain.sign(chain.user('carol'), [portfolio], FEE)] });
  const btc = seriesOf(chain, 'BTC');
  const eth = seriesOf(chain, 'ETH');
  const some = [btc[0]!, btc[1]!, btc.at(-1)!, btc.at(-2)!, eth[3]!, eth.at(-1)!];
  for (const [i, { symbol }] of some.entries()) {
    for (const name of ['alice', 'carol']) {
      const [seller, buyer] = i % 3 === 2 ? ['bob', name] : [name, 'bob'];
      await trade(chain, { seller: seller, buyer: buyer, series: symbol, size: 0.3 });
    }
  }
  for (const btcUsd of [64_000, 66_500, 59_000]) {
    chain.market = { ...chain.market, btc: btcUsd, vol: chain.market.vol + 0.07 };
    for (let i = 0; i < 3; i++) await chain.block();
    for (const name of ['alice', 'bob', 'carol']) await expectProved(name);
  }

  // A position that is left out, and one that is made up.
  const { id, ids } = held('alice');
  await expect(proveMargin(readerOf(), id, ids.slice(1))).rejects.toMatchObject({ fault: 'lie' });
  const other = btc.find((s) => !ids.includes(s.id))!.id;
  await expect(proveMargin(readerOf(), id, [...ids, other])).rejects.toMatchObject({
    fault: 'lie',
  });
  await expect(proveMargin(readerOf(), 999n, [])).rejects.toMatchObject({ fault: 'unprovable' });
  // Old volatilities widen it: that is said, and no number.
  const none = new Map([0, 1, 2, 3].map((i) => [i, null]));
  for (let i = 0; i < 20; i++) await chain.block({ reports: none, afterMs: 9_000 });
  await expect(proveMargin(readerOf(), id, ids)).rejects.toMatchObject({ fault: 'unprovable' });
});
