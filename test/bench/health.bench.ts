// The health sweep inside the block: every account that can be in breach is judged in every block,
// from the state as it is, while prices move and one account in a hundred trades. CPU time of this
// process: `process.cpuUsage`.
import { MarginMode } from '../../proto/gen/tenor.accounts.v1.ts';
import {
  accountsParams,
  applyTrade,
  changeCash,
  openSubaccount,
  setMode,
} from '../../app/modules/accounts/index.ts';
import { liquidationModule } from '../../app/modules/liquidation/index.ts';
import { maintenanceOf } from '../../app/modules/margin/index.ts';
import { liveExpiries, seriesOfExpiry } from '../../app/modules/options/index.ts';
import { Execution } from '../harness/execution.ts';
import { UserKey } from '../harness/keys.ts';
import type { Emit } from './figure.ts';

export const name = 'health';

const { MARGIN_MODE_PORTFOLIO } = MarginMode;
const POSITIONS = 20;
const BLOCKS = 12;
const WARM_UP = 4;
const WEALTH_UUSD = 1_000_000_000_000n;
const SIZES = [100, 1_000, 10_000];
const SHARES = [
  { label: 'standard', portfolio: 0 },
  { label: 'portfolio', portfolio: 1 },
  { label: 'half of each', portfolio: 0.5 },
] as const;

/** Accounts that hold twenty series each, with half as much again as they must have. */
class Crowd {
  readonly chain = new Execution();
  readonly ids: readonly bigint[];
  readonly #series: readonly bigint[];

  constructor(count: number, portfolio: number) {
    const { chain } = this;
    for (let i = 0; i < 40; i++) chain.block();
    const { ctx } = chain;
    const params = accountsParams.get(ctx);
    accountsParams.set(ctx, { ...params, maxSubaccounts: 100_000 });
    this.#series = liveExpiries(ctx).flatMap(({ underlyingId, expirySeconds }) =>
      seriesOfExpiry(ctx, underlyingId, expirySeconds).map(({ id }) => id),
    );
    const { address } = new UserKey('crowd');
    this.ids = Array.from({ length: count }, (_, n) => {
      const { id } = openSubaccount(ctx, address, n);
      changeCash(ctx, id, WEALTH_UUSD);
      if (n < count * portfolio) setMode(ctx, id, MARGIN_MODE_PORTFOLIO);
      return id;
    });
    for (let n = 0; n < count; n++) {
      for (let k = 0; k < POSITIONS / 2; k++) this.#trade(n, k, n);
    }
    for (const id of this.ids) {
      const required = WEALTH_UUSD - maintenanceOf(chain.view, id);
      const spare = required > 0n ? required / 2n : -required / 2n;
      changeCash(ctx, id, required + spare + 2_000n * 1_000_000n - WEALTH_UUSD);
    }
    chain.state.takeChanges();
  }

  /** Two accounts of the crowd trade with each other. */
  #trade(n: number, k: number, salt: number): void {
    const { ids } = this;
    const seriesId = this.#series[(salt * 7 + k * 37) % this.#series.length]!;
    const sellerId = ids[n % ids.length]!;
    const buyerId = ids[(n * 3 + k + 1) % ids.length]!;
    if (sellerId === buyerId) return;
    const quantity = BigInt(100 * (1 + (k % 5)));
    applyTrade(this.chain.ctx, { seriesId, buyerId, sellerId, quantity, premiumUusd: 0n });
  }

  /** The next block: prices move a little, and one account in a hundred has traded. */
  block(round: number): void {
    const trades = Math.ceil(this.ids.length / 200);
    for (let t = 0; t < trades; t++) this.#trade(round * 997 + t * 13, 0, t);
    const btc = 64_000 * (1 + 0.001 * Math.sin(round));
    this.chain.block([], { btc, eth: 3_200 * (1 - 0.001 * Math.sin(round)), vol: 0.6 });
  }
}

/** Milliseconds of a block's sweep: the mean of some, and the first after a start. */
function measure(count: number, portfolio: number): { mean: number; first: number } {
  const crowd = new Crowd(count, portfolio);
  const module = { ...liquidationModule };
  const blocks: number[] = [];
  const endBlock: NonNullable<typeof module.endBlock> = (ctx) => {
    const before = process.cpuUsage();
    const result = module.endBlock!(ctx);
    const { user, system } = process.cpuUsage(before);
    blocks.push((user + system) / 1_000);
    return result;
  };
  Object.assign(liquidationModule, { endBlock });
  try {
    crowd.chain.state.detach();
    for (let round = 0; round < BLOCKS; round++) crowd.block(round);
  } finally {
    Object.assign(liquidationModule, module);
  }
  const warm = blocks.slice(WARM_UP);
  return { mean: warm.reduce((sum, ms) => sum + ms, 0) / warm.length, first: blocks[0]! };
}

export function run(emit: Emit): Promise<void> {
  const round = (value: number) => Number(value.toPrecision(4));
  for (const { label, portfolio } of SHARES) {
    let before: number | undefined;
    for (const count of SIZES) {
      const { mean, first } = measure(count, portfolio);
      const size = `${count} accounts × ${POSITIONS} positions, ${label}`;
      const growth =
        before === undefined
          ? {}
          : {
              peer: 'a tenth of the accounts',
              peerValue: round(before),
              ratio: round(mean / before),
            };
      emit({ name: `health sweep, ${size}`, value: round(mean), unit: 'ms', ...growth });
      emit({ name: `health sweep after a start, ${size}`, value: round(first), unit: 'ms' });
      before = mean;
    }
  }
  return Promise.resolve();
}
