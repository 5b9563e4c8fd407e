// What judging accounts out of state costs: positions, series and marks loaded, then the core.
// Every account that can be in breach is judged so once a block, within `liquidation`'s budget.
import { MarginMode } from '../../proto/gen/tenor.accounts.v1.ts';
import {
  applyFill,
  changeCash,
  openSubaccount,
  setMode,
} from '../../app/modules/accounts/index.ts';
import { maintenanceOf } from '../../app/modules/margin/index.ts';
import { liveExpiries, seriesOfExpiry } from '../../app/modules/options/index.ts';
import { Execution } from '../harness/execution.ts';
import { UserKey } from '../harness/keys.ts';
import type { Figure } from './figure.ts';

export const name = 'margin';

const POSITIONS = 20;
const CASH_UUSD = 1_000_000_000_000n;

/** A chain with its series listed, and accounts that hold twenty of them each. */
function crowd(count: number): { chain: Execution; ids: bigint[] } {
  const chain = new Execution();
  for (let i = 0; i < 40; i++) chain.block();
  chain.wait(0);
  const series = [...liveExpiries(chain.view)].flatMap(({ underlyingId, expirySeconds }) => [
    ...seriesOfExpiry(chain.view, underlyingId, expirySeconds),
  ]);
  const { ctx } = chain;
  const ids = Array.from({ length: count }, (_, n) => {
    const owner = new UserKey(`owner${Math.floor(n / 100)}`).address;
    const { id } = openSubaccount(ctx, owner, n % 100);
    changeCash(ctx, id, CASH_UUSD);
    for (let k = 0; k < POSITIONS; k++) {
      const { id: seriesId } = series[(n * 7 + k * 11) % series.length]!;
      const quantityDelta = BigInt(((n + k) % 2 === 0 ? 1 : -1) * 1_000 * (1 + (k % 5)));
      applyFill(ctx, { subaccountId: id, seriesId, quantityDelta, cashDeltaUusd: 0n });
    }
    return id;
  });
  return { chain, ids };
}

/** The best of some sweeps over all accounts, each in a block of its own, in microseconds. */
function sweepUs({ chain, ids }: ReturnType<typeof crowd>): number {
  let best = Infinity;
  for (let round = 0; round < Math.max(12, 4_000 / ids.length); round++) {
    chain.wait(1);
    const started = performance.now();
    for (const id of ids) maintenanceOf(chain.view, id);
    best = Math.min(best, performance.now() - started);
  }
  return best * 1_000;
}

export function run(emit: (f: Figure) => void): Promise<void> {
  const round = (value: number) => Number(value.toPrecision(4));
  for (const count of [10, 100, 1_000]) {
    const accounts = crowd(count);
    const size = `${count} accounts of ${POSITIONS} positions, each`;
    const standard = round(sweepUs(accounts) / count);
    emit({ name: `judge ${size}, standard`, value: standard, unit: 'us' });
    for (const id of accounts.ids) {
      setMode(accounts.chain.ctx, id, MarginMode.MARGIN_MODE_PORTFOLIO);
    }
    const value = round(sweepUs(accounts) / count);
    const peer = { peer: 'standard', peerValue: standard, ratio: round(standard / value) };
    emit({ name: `judge ${size}, portfolio`, value, unit: 'us', ...peer });
  }
  return Promise.resolve();
}
