import type { Happening, Step } from '../../../proto/gen/tenor.liquidation.v1.ts';
import { formatPrice, formatQuantity, formatUsd } from '../../amounts.ts';
import { queries } from '../../../client/queries.ts';
import type { Node } from '../../chain/node.ts';
import type { Output, Text } from '../../output/output.ts';

const MAX_PAGES = 20;

/** All that is kept of what was done with an account, oldest first. */
export async function stepsOf(
  node: Node,
  who: { readonly subaccountId: bigint; readonly owner: string; readonly number: number },
): Promise<Step[]> {
  const steps: Step[] = [];
  let after = 0n;
  for (let page = 0; page < MAX_PAGES; page++) {
    const answer = await node.ask(queries.liquidationSteps, { ...who, after, limit: 200 });
    steps.push(...answer.steps);
    after = answer.nextAfter;
    if (after === 0n) break;
  }
  return steps;
}

type Values = (name: string) => string;

const usd = (text: string): string => formatUsd(BigInt(text || '0'));
const percent = (text: string, whole: number): string =>
  `${((Number(text) / whole) * 100).toFixed(4)}%`;

/** A trade's price is the taker's own side of it. */
function tradeLine(of: Values): string {
  const verb = of('taker_side') === 'buy' ? 'bought' : 'sold';
  const price = formatPrice(BigInt(of('price_uusd')));
  const size = formatQuantity(BigInt(of('quantity')));
  const fee = `fee ${usd(of('taker_fee_uusd'))} USD`;
  return `${verb} ${size} ${of('series')} at ${price} from the book of ${of('maker')} (${fee})`;
}

function clearingLine(of: Values): string {
  const part = percent(of('fraction_ppb'), 1e9);
  if (of('price_ppm') === '0')
    return `taken over: ${part}, for which funds paid ${usd(of('fund_uusd'))} USD`;
  const price = percent(of('price_ppm'), 1e6);
  const paid = `${usd(of('paid_uusd'))} USD paid, fee ${usd(of('fee_uusd'))} USD`;
  return `cleared: ${part} at ${price} of the marked value for all, ${paid}`;
}

function deleveragedLine(of: Values): string {
  const verb = of('side') === 'buy' ? 'bought back' : 'sold';
  const [price, mark] = ['price_uusd', 'mark_uusd'].map((name) => formatPrice(BigInt(of(name))));
  const size = formatQuantity(BigInt(of('quantity')));
  const from = `${of('counterparty')}/${of('counterparty_subaccount')}`;
  return `deleveraged: ${verb} ${size} ${of('series')} at ${price} (mark ${mark}) against ${from}`;
}

const LINES: Readonly<Record<string, (of: Values) => string>> = {
  liquidation_flagged: (of) => `breach: maintenance margin ${usd(of('maintenance_uusd'))} USD`,
  liquidation_step: (of) =>
    `reduced in the book by ${of('orders')} orders: maintenance margin ` +
    `${usd(of('maintenance_before_uusd'))} → ${usd(of('maintenance_uusd'))} USD`,
  liquidation_released: (of) =>
    `released: its owner's again, ${usd(of('maintenance_uusd'))} USD above liquidation`,
  auction: (of) => `auction ${of('version')}: ${of('kind')}`,
  auction_cleared: clearingLine,
  liquidation_bid: (of) =>
    `bid of ${of('bidder')}/${of('bidder_subaccount')} for ${percent(of('fraction_ppb'), 1e9)}: ` +
    `got ${percent(of('filled_ppb'), 1e9)}`,
  deleveraged: deleveragedLine,
  loss_shared: (of) =>
    `loss shared: ${usd(of('amount_uusd'))} USD of the gains of ` +
    `${of('payer')}/${of('payer_subaccount')}`,
  fund_paid: (of) => `insurance fund ${of('underlying_id')} paid ${usd(of('amount_uusd'))} USD`,
  deficit: (of) => `it owes ${usd(of('amount_uusd'))} USD that it does not have`,
  trade: tradeLine,
};

function lineOf({ type, attributes }: Happening): string {
  const values = new Map(attributes.map(({ key, value }) => [key, value]));
  const of = (name: string): string => values.get(name) ?? '';
  const line = LINES[type];
  // A newer chain tells more than this command knows.
  return line === undefined
    ? `${type}: ${attributes.map(({ key, value }) => `${key} ${value}`).join(', ')}`
    : line(of);
}

/** Step by step, what happened in which block. */
export function describeSteps(steps: readonly Step[], out: Output): Text {
  return steps.map(({ height, timeSeconds, happenings, more }) => {
    const time = new Date(Number(timeSeconds) * 1_000).toISOString().slice(0, 19);
    const rest = more === 0 ? [] : [`  … and ${more} more: see the events of the block`];
    return [
      out.color.bold(`height ${height}`) + out.color.dim(`  ${time}Z`),
      happenings.map((happening) => `  ${lineOf(happening)}`),
      rest,
    ];
  });
}
