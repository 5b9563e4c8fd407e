import { describe, expect, test } from '@jest/globals';
import * as pb from '../../../../proto/gen/tenor.clob.v1.ts';
import { userAddress } from '../../accounts/fixture.ts';
import { GasMeter } from '../../../lib/gas.ts';
import { refusalCode } from '../../../runtime/fixture.ts';
import { CALL, ClobChain, eventsOf, order } from '../fixture.ts';
import { clobModule } from '../index.ts';

const RICH = 200_000_000_000n;

/** An order as a batch carries it. */
const place = (side: 'buy' | 'sell', usd: number, terms: Partial<pb.MsgPlaceOrder> = {}) => ({
  place: { ...order(0, side, usd, terms), sender: '' },
});
const cancel = (orderId: bigint) => ({
  cancel: { sender: '', subaccount: 0, orderId, clientOrderId: '' },
});
const all = { sender: '', subaccount: 0, series: '', underlying: '', expirySeconds: 0n };

function send(chain: ClobChain, user: number, actions: pb.BatchAction[]) {
  const msg = { sender: userAddress(user), subaccount: 0, actions };
  return chain.send('MsgBatch', pb.MsgBatchResponse, msg);
}
const codes = ({ results }: pb.MsgBatchResponse): string[] =>
  results.map(({ codespace, code }) => `${codespace}/${code}`);

describe('a batch', () => {
  test('does its actions in order, and says of each what became of it', () => {
    const chain = ClobChain.create([RICH, RICH]);
    const theirs = chain.place(1, 'sell', 700);
    const { response, ctx } = send(chain, 0, [
      place('buy', 700, { quantity: 4_000n }),
      place('buy', 600.01),
      place('buy', 600, { clientOrderId: 'a' }),
      cancel(theirs.orderId),
      place('buy', 600, { quantity: 0n }),
      { cancelAll: all },
    ]);
    expect(codes(response)).toEqual(['/0', 'clob/3', '/0', 'clob/11', 'clob/4', '/0']);
    expect(response.results[0]!.place).toMatchObject({ filled: 4_000n, resting: 0n });
    expect(response.results[2]!.place).toMatchObject({ filled: 0n, resting: 10_000n });
    expect(response.results[5]!.cancelAll).toEqual({ cancelled: 1, triggers: 0 });
    expect(eventsOf(ctx, 'action_refused').map((e) => [e['action_index'], e['code']])).toEqual([
      ...[
        ['1', '3'],
        ['3', '11'],
        ['4', '4'],
      ],
    ]);
    expect(eventsOf(ctx, 'trade').at(-1)).toMatchObject({ action_index: '0' });
    expect(ctx.refusals.slice(-3).map(({ index }) => index)).toEqual([1, 3, 4]);
    expect(chain.broken()).toEqual([]);
  });

  test('leaves the state as the taken actions alone leave it', () => {
    const [mixed, plain] = [0, 1].map(() => ClobChain.create([RICH, RICH]));
    for (const chain of [mixed!, plain!]) chain.place(1, 'sell', 700);
    const good = [place('buy', 700, { quantity: 5_000n }), place('sell', 900)];
    const bad = [
      place('buy', 720, { quantity: 20_000n, timeInForce: pb.TimeInForce.TIME_IN_FORCE_FOK }),
      place('sell', 700, { quantity: 100_000_000n }),
      place('buy', 650, { reduceOnly: true, side: pb.Side.SIDE_BUY }),
    ];
    const { response } = send(mixed!, 0, [bad[0]!, good[0]!, bad[1]!, good[1]!, bad[2]!]);
    expect(codes(response).filter((code) => code !== '/0')).toHaveLength(3);
    send(plain!, 0, good);
    for (const chain of [mixed!, plain!]) chain.seal();
    expect(mixed!.dump()).toEqual(plain!.dump());
    expect(mixed!.broken()).toEqual([]);
  });

  test('gives each action the gas that the later ones do not need', () => {
    const chain = ClobChain.create([RICH, RICH]);
    for (let i = 0; i < 30; i++) chain.place(1, 'sell', 700, { quantity: 100n });
    const handler = clobModule.msgs.find((m) => m.codec.typeUrl.endsWith('.MsgBatch'))!;
    const actions = [place('buy', 700), place('buy', 500), cancel(99n)];
    const msg = { sender: userAddress(0), subaccount: 0, actions };
    const meter = new GasMeter(75_000);
    const run = chain.ctx.metered(meter);
    const { results } = pb.MsgBatchResponse.decode(handler.execute(run, msg));
    // The first stops meeting makers when its own gas is used up; the others have theirs.
    expect(results[0]!.place!.filled).toBeGreaterThan(0n);
    expect(results[0]!.place!.filled).toBeLessThan(3_000n);
    expect(results[1]!.place).toMatchObject({ resting: 10_000n });
    expect(codes({ results })[2]).toBe('clob/11');
    expect(meter.used).toBeLessThanOrEqual(75_000);
    expect(chain.broken()).toEqual([]);
  });

  test('is refused as a whole only for its form', () => {
    const chain = ClobChain.create([RICH]);
    const code = (actions: pb.BatchAction[]) => refusalCode(() => send(chain, 0, actions));
    expect(code([])).toBe('clob/15');
    expect(code([{}])).toBe('clob/15');
    expect(code(Array<pb.BatchAction>(101).fill(cancel(1n)))).toBe('clob/15');
    expect(code([{ place: order(0, 'buy', 600) }])).toBe('clob/15');
    expect(code([{ cancelAll: { ...all, subaccount: 1 } }])).toBe('clob/15');
    expect(code(Array<pb.BatchAction>(100).fill(cancel(1n)))).toBe('done');
    expect(chain.place(0, 'buy', 600, { series: CALL }).orderId).toBe(1n);
  });
});
