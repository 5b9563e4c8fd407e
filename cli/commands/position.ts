import type { Command } from 'commander';
import { SymbolPosition } from '../../proto/gen/tenor.accounts.v1.ts';
import { Mark } from '../../proto/gen/tenor.margin.v1.ts';
import { parseSymbol } from '../../app/modules/options/core/index.ts';
import { queries } from '../../client/queries.ts';
import { USD_DECIMALS } from '../../app/lib/amountText.ts';
import { formatQuantity, formatUsd } from '../amounts.ts';
import { messageJson, withDecimal } from '../output/json.ts';
import { marksOf } from './series.ts';
import { Group, type Open, type Verb } from './verb.ts';

const UNITS_PER_CONTRACT = 10_000n;

/** What a position is worth beside what it cost. */
export interface Valued {
  /** Per contract, rounded towards zero. */
  readonly averageUusd: bigint;
  readonly valueUusd: bigint | null;
  /** Value less cost; the cost of a short is what was received, negative. */
  readonly profitUusd: bigint | null;
}

/** Values a position (quantity in 1e-4 contracts, negative when short) at a mark per contract. */
export function valuePosition(
  quantity: bigint,
  costUusd: bigint,
  markUusd: bigint | undefined,
): Valued {
  const averageUusd = (costUusd * UNITS_PER_CONTRACT) / quantity;
  if (markUusd === undefined) return { averageUusd, valueUusd: null, profitUusd: null };
  const valueUusd = (markUusd * quantity) / UNITS_PER_CONTRACT;
  return { averageUusd, valueUusd, profitUusd: valueUusd - costUusd };
}

const orNull = (name: string, value: bigint | null) =>
  value === null ? { [name]: null } : withDecimal(name, value, USD_DECIMALS);

const list: Verb = {
  usage: 'list [name-or-address]',
  description: 'open positions at their marks',
  examples: ['position list --from alice', 'position list bob --subaccount 1'],
  async run(session, [who]) {
    const { out } = session;
    const owner = session.owner(who);
    const node = await session.node();
    const { positions } = await node.ask(queries.subaccount, {
      owner,
      number: session.settings.subaccount,
    });
    const marks = await marksOf(
      node,
      positions.map(({ symbol }) => ({
        symbol,
        expirySeconds: parseSymbol(symbol)!.expirySeconds,
      })),
    );
    const valued = positions.map(({ symbol, position }) => {
      const { quantity, costUusd } = position!;
      const mark = marks.get(symbol);
      return { symbol, quantity, mark, ...valuePosition(quantity, costUusd, mark?.markUusd) };
    });
    const json = positions.map((position, i) => {
      const { mark, averageUusd, valueUusd, profitUusd } = valued[i]!;
      return {
        ...messageJson(SymbolPosition, position),
        ...withDecimal('averageUusd', averageUusd, USD_DECIMALS),
        ...orNull('valueUusd', valueUusd),
        ...orNull('profitUusd', profitUusd),
        mark: mark === undefined ? null : messageJson(Mark, mark),
      };
    });
    out.show({ positions: json }, () => {
      if (valued.length === 0) return 'No open positions.';
      const right = (title: string) => ({ title, align: 'right' as const });
      const usd = (value: bigint | null) => (value === null ? '–' : formatUsd(value));
      const rows = valued.map(({ symbol, quantity, mark, averageUusd, valueUusd, profitUusd }) => [
        symbol,
        formatQuantity(quantity),
        usd(averageUusd),
        usd(mark?.markUusd ?? null),
        usd(valueUusd),
        profitUusd === null ? '–' : out.signed(profitUusd, usd(profitUusd)),
        mark?.delta === undefined ? '–' : ((mark.delta * Number(quantity)) / 1e4).toFixed(4),
      ]);
      const numbers = ['SIZE', 'AVERAGE', 'MARK', 'VALUE', 'PROFIT', 'DELTA'].map(right);
      return out.table([{ title: 'SERIES' }, ...numbers], rows);
    });
  },
};

export const positionGroup = (root: Command, open: Open): Group =>
  new Group(root, open, 'position', 'what a trading account holds').verb(list);
