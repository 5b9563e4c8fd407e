import type { Command } from 'commander';
import { MarginMode } from '../../../proto/gen/tenor.accounts.v1.ts';
import { Side } from '../../../proto/gen/tenor.clob.v1.ts';
import {
  Margin,
  TradedAt,
  type HypotheticalTrade,
  type MarketShock,
} from '../../../proto/gen/tenor.margin.v1.ts';
import { formatQuantity, formatUsd, humanise, parsePrice, parseQuantity } from '../../amounts.ts';
import { queries } from '../../../client/queries.ts';
import { usageError } from '../../errors.ts';
import { messageJson } from '../../output/json.ts';
import type { Output, Text } from '../../output/output.ts';
import type { Session } from '../../session.ts';
import { CANNOT_BE_LIQUIDATED } from './covered.ts';
import { orderOptions, readOrder, readSide, type OrderFlags } from '../orders/readOrder.ts';
import { findSeries } from '../series.ts';
import type { Verb } from '../verb.ts';

/** What a margin is told in, line by line. */
export const MARGIN_LINES: readonly (readonly [string, keyof Margin & `${string}Uusd`])[] = [
  ['cash', 'cashUusd'],
  ['equity at marks', 'markToMarketUusd'],
  ['initial requirement', 'initialRequirementUusd'],
  ['free for orders', 'initialUusd'],
  ['maintenance requirement', 'maintenanceRequirementUusd'],
  ['above liquidation', 'maintenanceUusd'],
];

interface WhatIfFlags extends Omit<OrderFlags, 'price'> {
  readonly price?: string;
  readonly trade?: readonly string[];
  readonly index?: readonly string[];
  readonly vol?: readonly string[];
}

const collect = (text: string, before: readonly string[] = []): string[] => [...before, text];

const options = (command: Command): Command =>
  orderOptions(command, false)
    .option(
      '--trade <series:side:quantity[@price]>',
      'one of several trades, each its own',
      collect,
    )
    .option('--index <change>', 'a market that fell or rose: -20%, or of one: BTC=-20%', collect)
    .option('--vol <change>', 'volatilities that fell or rose: +50%, or BTC=+50%', collect);

/** `SERIES:SIDE:QUANTITY@PRICE`; without a price at the mark. */
function readTrade(text: string): HypotheticalTrade {
  const match = /^([^:@]+):([^:@]+):([^:@]+)(?:@([^:@]+))?$/.exec(text);
  if (match === null) {
    throw usageError(
      `"${text.slice(0, 60)}" is no trade.`,
      'Write SERIES:SIDE:QUANTITY@PRICE, as in BTC-27DEC26-100000-C:sell:1@1200',
    );
  }
  const [, series, side, quantity, price] = match;
  const size = parseQuantity(quantity!);
  return {
    series: series!.toUpperCase(),
    quantity: readSide(side!) === Side.SIDE_BUY ? size : -size,
    priceUusd: price === undefined ? undefined : parsePrice(price),
  };
}

/** `-20%`, or of one underlying `BTC=-20%`: in millionths. */
function readChange(text: string): { readonly underlying: string; readonly ppm: number } {
  const match = /^(?:([A-Za-z0-9]+)=)?([+-]?\d{1,4}(?:\.\d{1,4})?)%$/.exec(text);
  if (match === null) {
    throw usageError(
      `"${text.slice(0, 40)}" is no change of a market.`,
      'Write -20% or +7.5%, or for one underlying BTC=-20%',
    );
  }
  return { underlying: (match[1] ?? '').toUpperCase(), ppm: Math.round(Number(match[2]) * 1e4) };
}

function readShocks({ index = [], vol = [] }: WhatIfFlags): MarketShock[] {
  const shocks = [
    ...index
      .map(readChange)
      .map(({ underlying, ppm }) => ({ underlying, indexPpm: ppm, volPpm: 0 })),
    ...vol.map(readChange).map(({ underlying, ppm }) => ({ underlying, indexPpm: 0, volPpm: ppm })),
  ];
  return shocks;
}

export const whatIf: Verb<WhatIfFlags> = {
  usage: 'what-if [series] [side] [quantity]',
  description:
    'what an order, several trades or a shocked market would do to the margin, without sending ' +
    'anything',
  examples: [
    'margin what-if BTC-27DEC26-100000-C sell 1 --price 1200 --from alice',
    'margin what-if --index -20% --vol +50% --from alice',
    'margin what-if --trade BTC-27DEC26-100000-C:sell:1@1200 ' +
      '--trade BTC-27DEC26-120000-C:buy:1 --index BTC=+30% --from alice',
  ],
  options,
  async run(session, args, flags) {
    const { trade = [] } = flags;
    const shocks = readShocks(flags);
    if (args[0] !== undefined && trade.length === 0 && shocks.length === 0) {
      await tryOrder(session, args, flags);
      return;
    }
    const trades = trade.map(readTrade);
    if (args[0] !== undefined) {
      const [series, side, quantity] = args;
      if (quantity === undefined) throw usageError('An order is SERIES SIDE QUANTITY.');
      const at = flags.price === undefined ? '' : `@${flags.price}`;
      trades.unshift(readTrade(`${series}:${side}:${quantity}${at}`));
    }
    if (trades.length + shocks.length === 0) {
      throw usageError('Say what if: an order, --trade, --index or --vol.');
    }
    await tryTrades(session, trades, shocks);
  },
};

/** An order through the real handler, on a copy of the state. */
async function tryOrder(
  session: Session,
  args: readonly (string | undefined)[],
  flags: WhatIfFlags,
): Promise<void> {
  const { out } = session;
  const { price } = flags;
  if (price === undefined) throw usageError('An order needs its --price.');
  const order = readOrder(args, { ...flags, price }, session.owner(), session.settings.subaccount);
  const node = await session.node();
  await findSeries(node, order.series);
  const answer = await node.ask(queries.whatIf, { order });
  const { before, after, accepted, codespace, code, reason } = answer;
  const json = { accepted, codespace, code, reason, before: jsonOf(before), after: jsonOf(after) };
  out.show(json, () => {
    const verdict = accepted
      ? out.color.green('It would be accepted.')
      : out.color.red(`It would be refused [${codespace}/${code}]: ${humanise(reason)}`);
    return [table(out, [before, after]), '', verdict, ...remarkOf(before, out)];
  });
}

async function tryTrades(
  session: Session,
  trades: readonly HypotheticalTrade[],
  shocks: readonly MarketShock[],
): Promise<void> {
  const { out } = session;
  const node = await session.node();
  for (const { series } of trades) await findSeries(node, series);
  const answer = await node.ask(queries.whatIfTrades, {
    ...{ owner: session.owner(), number: session.settings.subaccount },
    ...{ trades: [...trades], shocks: [...shocks], cashUusd: 0n },
  });
  const { before, after, shocked } = answer;
  const json = {
    ...{ before: jsonOf(before), after: jsonOf(after), shocked: jsonOf(shocked) },
    trades: answer.trades.map((t) => messageJson(TradedAt, t)),
  };
  out.show(json, () => {
    const made = answer.trades.map(describeTrade);
    const shown = shocked === undefined ? [before, after] : [before, after, shocked];
    const verdict = verdictOf(out, after!, shocked);
    return [...made, ...(made.length > 0 ? [''] : []), table(out, shown), '', ...verdict];
  });
}

function describeTrade({ series, quantity, priceUusd, feeUusd }: TradedAt): string {
  const isBuy = quantity > 0n;
  const size = `${isBuy ? 'buy' : 'sell'} ${formatQuantity(isBuy ? quantity : -quantity)}`;
  return `${size} ${series} at ${formatUsd(priceUusd)} (fee ${formatUsd(feeUusd)} USD)`;
}

const jsonOf = (m: Margin | undefined) => (m === undefined ? null : messageJson(Margin, m));

function remarkOf(margin: Margin | undefined, out: Output): Text[] {
  const isCovered = margin?.mode === MarginMode.MARGIN_MODE_COVERED;
  return isCovered ? ['', out.color.green(CANNOT_BE_LIQUIDATED)] : [];
}

/** Two margins with their difference, or three side by side. */
function table(out: Output, margins: readonly (Margin | undefined)[]): Text {
  const right = (title: string) => ({ title, align: 'right' as const });
  const text = (value: bigint | undefined) => (value === undefined ? '–' : formatUsd(value));
  const titles = ['BEFORE', 'AFTER', 'IN THAT MARKET'].slice(0, margins.length);
  const rows = MARGIN_LINES.map(([name, field]) => {
    const values = margins.map((m) => m?.[field]);
    const [was, is] = [values[0], values.at(-1)];
    const change = was === undefined || is === undefined ? undefined : is - was;
    return [name, ...values.map(text), out.signed(change ?? 0n, text(change))];
  });
  return out.table([{ title: '' }, ...[...titles, 'CHANGE'].map(right)], rows);
}

function verdictOf(out: Output, after: Margin, shocked: Margin | undefined): Text[] {
  if (after.mode === MarginMode.MARGIN_MODE_COVERED) {
    if (after.initialUusd >= 0n) return [out.color.green(CANNOT_BE_LIQUIDATED)];
    return [out.color.red('Its cash would not cover all that: a covered account is refused it.')];
  }
  const allowed =
    after.initialUusd >= 0n
      ? out.color.green('Its initial margin would hold.')
      : out.color.red('Its initial margin would not hold: such trades are refused.');
  if (shocked === undefined) return [allowed];
  return [
    allowed,
    shocked.maintenanceUusd >= 0n
      ? out.color.green('In that market it would not be liquidated.')
      : out.color.red('In that market it would be LIQUIDATED.'),
  ];
}
