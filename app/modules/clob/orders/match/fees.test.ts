import { beforeEach, expect, test } from '@jest/globals';
import { MsgSetReferrerResponse } from '../../../../../proto/gen/tenor.accounts.v1.ts';
import { accountsModule, accrueTradingFee } from '../../../accounts/index.ts';
import { userAddress } from '../../../accounts/fixture.ts';
import { bandOf } from '../../../margin/index.ts';
import { mustSeriesBySymbol } from '../../../options/index.ts';
import { seriesIds } from '../../../options/state.ts';
import { ClobChain, eventsOf } from '../../fixture.ts';
import { trades } from '../../state.ts';

const USD = 1_000_000n;
const DAY_MS = 86_400_000;

let chain: ClobChain;
beforeEach(() => {
  chain = ClobChain.create([500_000n * USD, 500_000n * USD, 500_000n * USD]);
});

function refer(user: number, referrer: number): void {
  const handler = accountsModule.msgs.find(({ codec }) => codec.typeUrl.endsWith('SetReferrer'))!;
  const message = { sender: userAddress(user), referrer: userAddress(referrer) };
  MsgSetReferrerResponse.decode(handler.execute(chain.ctx, message));
}

/** One contract for 1,000 USD: user 1 takes what user 0 offers. */
function trade() {
  chain.place(0, 'sell', 1_000);
  const { ctx } = chain.placing(1, 'buy', 1_000);
  return { trade: [...trades.entries(ctx)].at(-1)![1], event: eventsOf(ctx, 'trade')[0]! };
}

test('whoever pays full fees pays 0.03% of the index, shared out to the last unit', () => {
  refer(1, 2);
  const { trade: made, event } = trade();
  // 0.03% of 64,000 USD.
  expect(made).toMatchObject({ makerFeeUusd: 19_200_000n, takerFeeUusd: 19_200_000n });
  expect(made).toMatchObject({ makerReferrerUusd: 0n, takerReferrerUusd: 1_920_000n });
  const { fundFeeUusd, treasuryFeeUusd, validatorsFeeUusd } = made;
  const parts = fundFeeUusd + 1_920_000n + treasuryFeeUusd + validatorsFeeUusd;
  expect(parts).toBe(38_400_000n);
  expect(event).toMatchObject({
    ...{ fund_fee_uusd: '7680000', taker_referrer_uusd: '1920000' },
    validators_fee_uusd: '28800000',
  });
  expect(event).not.toHaveProperty('maker_referrer_uusd');
  expect(chain.broken()).toEqual([]);
});

test('maker and taker pay by their own tiers, from the day after', () => {
  accrueTradingFee(chain.ctx, 1n, 1, 10_000n * USD);
  accrueTradingFee(chain.ctx, 2n, 1, 1_000n * USD);
  expect(trade().trade).toMatchObject({ makerFeeUusd: 19_200_000n, takerFeeUusd: 19_200_000n });
  chain.block(1, DAY_MS);
  chain.block(4);
  const [series] = [...seriesIds.entries(chain.ctx)].map(([symbol]) => symbol).slice(-1);
  const { markUusd } = bandOf(chain.ctx, mustSeriesBySymbol(chain.ctx, series!))!;
  const usd = Math.ceil(Number(markUusd) / 1e6 / 5) * 5;
  chain.place(0, 'sell', usd, { series: series! });
  const { ctx } = chain.placing(1, 'buy', usd, { series: series! });
  const [, made] = [...trades.entries(ctx)].at(-1)!;
  // Of 0.03% of 3,000 USD: 60% for who paid 10,000 USD and makes, 95% for who paid 1,000.
  expect(made).toMatchObject({ makerFeeUusd: 540_000n, takerFeeUusd: 855_000n });
  expect(chain.broken()).toEqual([]);
});
