// Thousands of accounts that breach in one block: flagged, orders cancelled and auctions opened in
// that block, acted on within the budgets of the next ones. CPU time of this process.
import * as clob from '../../proto/gen/tenor.clob.v1.ts';
import {
  accountsParams,
  applyTrade,
  changeCash,
  getSubaccount,
  openSubaccount,
} from '../../app/modules/accounts/index.ts';
import { UUSD, mintCoins } from '../../app/modules/bank/index.ts';
import { clobModule } from '../../app/modules/clob/index.ts';
import { liquidationModule } from '../../app/modules/liquidation/index.ts';
import { liveExpiries, seriesOfExpiry } from '../../app/modules/options/index.ts';
import { Execution } from '../harness/execution.ts';
import { UserKey } from '../harness/keys.ts';
import type { Emit } from './figure.ts';

export const name = 'breach';

const SIZES = [50, 500, 5_000];
const USD = 1_000_000n;
const ORDERS = 2;
const NEXT_BLOCKS = 4;

/** Accounts that are short a call each, with two resting orders and little more than they must. */
function crowdOf(count: number): { readonly chain: Execution; readonly ids: readonly bigint[] } {
  const chain = new Execution();
  for (let i = 0; i < 40; i++) chain.block();
  const { ctx } = chain;
  const params = accountsParams.get(ctx);
  const limits = params.limits.map((step) => ({
    ...step,
    ...{ openOrders: 100_000, cancelsPerMinute: 1_000_000, cancelBurst: 1_000_000 },
  }));
  accountsParams.set(ctx, { ...params, limits, maxSubaccounts: 100_000 });
  const { underlyingId, expirySeconds } = liveExpiries(ctx)[0]!;
  const series = seriesOfExpiry(ctx, underlyingId, expirySeconds).find(({ symbol }) =>
    symbol.endsWith('-C'),
  )!;
  const { address } = new UserKey('crowd');
  mintCoins(ctx, address, UUSD, USD);
  const whale = openSubaccount(ctx, new UserKey('whale').address, 0).id;
  changeCash(ctx, whale, 100_000_000n * USD);
  const place = clobModule.msgs.find((m) => m.codec.typeUrl.endsWith('.MsgPlaceOrder'))!;
  const ids = Array.from({ length: count }, (_, n) => {
    const { id } = openSubaccount(ctx, address, n);
    changeCash(ctx, id, 11_500n * USD);
    const trade = { seriesId: series.id, buyerId: whale, sellerId: id, quantity: 5_000n };
    applyTrade(ctx, { ...trade, premiumUusd: 0n });
    for (let i = 0; i < ORDERS; i++) {
      const order: clob.MsgPlaceOrder = {
        ...{ sender: address, subaccount: n, series: series.symbol, quantity: 100n },
        ...{ side: clob.Side.SIDE_BUY, priceUusd: BigInt(5 + i) * USD, reduceOnly: true },
        timeInForce: clob.TimeInForce.TIME_IN_FORCE_GTC,
        postOnly: clob.PostOnly.POST_ONLY_NONE,
        selfTrade: clob.SelfTrade.SELF_TRADE_EXPIRE_TAKER,
        ...{ clientOrderId: '', goodTilSeconds: 0n, market: false },
      };
      place.execute(ctx, order);
    }
    return id;
  });
  chain.state.takeChanges();
  return { chain, ids };
}

/** Milliseconds of the whole block, what liquidation takes of it, and how many were flagged. */
interface Cost {
  readonly block: number;
  readonly liquidation: number;
  readonly flagged: number;
}

function measure(count: number): Cost[] {
  const { chain, ids } = crowdOf(count);
  const module = { ...liquidationModule };
  let liquidation = 0;
  const endBlock: NonNullable<typeof module.endBlock> = (ctx) => {
    const before = process.cpuUsage();
    const result = module.endBlock!(ctx);
    const { user, system } = process.cpuUsage(before);
    liquidation = (user + system) / 1_000;
    return result;
  };
  Object.assign(liquidationModule, { endBlock });
  const costs: Cost[] = [];
  try {
    for (let i = 0; i < 4; i++) chain.block();
    for (let i = 0; i <= NEXT_BLOCKS; i++) {
      const before = process.cpuUsage();
      chain.block([], { btc: 82_000, eth: 3_200, vol: 0.6 });
      const { user, system } = process.cpuUsage(before);
      const events = chain.last!.events.filter(({ type }) => type === 'liquidation_flagged');
      costs.push({ block: (user + system) / 1_000, liquidation, flagged: events.length });
    }
  } finally {
    Object.assign(liquidationModule, module);
  }
  const left = ids.filter((id) => getSubaccount(chain.view, id)!.openOrders > 0).length;
  const flagged = costs.reduce((sum, cost) => sum + cost.flagged, 0);
  if (left > 0 || flagged < count) throw new Error(`${flagged} flagged, ${left} with orders`);
  return costs;
}

export function run(emit: Emit): Promise<void> {
  const round = (value: number) => Number(value.toPrecision(4));
  for (const count of SIZES) {
    const costs = measure(count);
    const breach = costs.reduce((most, cost) => (cost.flagged > most.flagged ? cost : most));
    const after = costs.slice(costs.indexOf(breach) + 1);
    const worst = Math.max(...after.map(({ block }) => block));
    const size = `${count} accounts at once`;
    const work = { name: `breach, ${size}, flagged in the block`, unit: 'accounts' };
    emit({ ...work, value: breach.flagged });
    emit({ name: `breach, ${size}, the block`, value: round(breach.block), unit: 'ms' });
    emit({
      name: `breach, ${size}, of it liquidation`,
      value: round(breach.liquidation),
      unit: 'ms',
    });
    emit({ name: `breach, ${size}, the worst block after`, value: round(worst), unit: 'ms' });
  }
  return Promise.resolve();
}
