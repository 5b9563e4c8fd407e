import { describe, expect, test } from '@jest/globals';
import * as pb from '../../../../proto/gen/tenor.clob.v1.ts';
import { userAddress } from '../../accounts/fixture.ts';
import { refusalCode } from '../../../runtime/fixture.ts';
import { ClobChain } from '../fixture.ts';
import { IOC, RICH, USD, move, sound, traded, vol, vols, worth } from './fixture.ts';

describe('an order by volatility', () => {
  test('at a low bound hides nobody who gives more', () => {
    const chain = ClobChain.create([RICH, RICH]);
    vol(chain, 0, 'buy', 5_500, 2_000);
    vol(chain, 0, 'buy', 6_500, 600);
    // One that is not at its bound yet: it was worth less when it came.
    const high = vol(chain, 0, 'buy', 6_000, 760).orderId.toString();
    move(chain, 65_000);
    const now = worth(chain, true, 5_500);
    expect([worth(chain, true, 6_000) > 760, now > 760]).toEqual([true, true]);
    expect(traded(chain, 1, 'sell', 1, IOC)[0]![0]).toBe(now);
    expect(traded(chain, 1, 'sell', 1, IOC)).toEqual([[760, 1, high]]);
    sound(chain);
  });

  test('is post-only still when it has come to its bound', () => {
    const chain = ClobChain.create([RICH, RICH]);
    const bound = Math.ceil(worth(chain, true, 6_000)) + 30;
    const { orderId } = vol(chain, 0, 'buy', 6_000, bound, { postOnly: 1 });
    move(chain, 65_000);
    traded(chain, 1, 'sell', bound, { ...IOC, quantity: 1_000n });
    expect(vols(chain).bids).toEqual([]);
    chain.place(1, 'sell', bound + 10);
    const replaced = () =>
      chain.send('MsgReplaceOrder', pb.MsgReplaceOrderResponse, {
        ...{ sender: userAddress(0), subaccount: 0, orderId, clientOrderId: '' },
        ...{ priceUusd: BigInt(bound + 20) * USD, quantity: 0n, volBp: 6_500 },
      });
    expect(refusalCode(replaced)).toBe('clob/8');
    sound(chain);
  });

  test('leaves its bound also behind another that stays there', () => {
    const chain = ClobChain.create([RICH, RICH, RICH]);
    const bound = Math.ceil(worth(chain, true, 6_000)) + 30;
    const stays = vol(chain, 0, 'buy', 6_000, bound).orderId.toString();
    move(chain, 65_000);
    vol(chain, 2, 'buy', 5_800, bound);
    // It comes to the bound behind the other one.
    traded(chain, 1, 'sell', bound, { ...IOC, quantity: 1_000n });
    expect(vols(chain).bids).toEqual([]);
    for (let usd = 64_990; worth(chain, true, 5_800) >= bound; usd -= 10) move(chain, usd);
    expect(worth(chain, true, 6_000)).toBeGreaterThanOrEqual(bound);
    const one = { ...IOC, quantity: 1_000n };
    expect(traded(chain, 1, 'sell', bound - 100, one)).toEqual([[bound, 0.1, stays]]);
    sound(chain);
  });
});
