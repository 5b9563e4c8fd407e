import { MarginMode } from '../../../proto/gen/tenor.accounts.v1.ts';
import type { ExpiryMargin, Margin } from '../../../proto/gen/tenor.margin.v1.ts';
import { formatExpiry } from '../../../app/modules/options/core/index.ts';
import { queries } from '../../../client/queries.ts';
import type { Node } from '../../chain/node.ts';
import { formatUsd } from '../../amounts.ts';
import { enumName } from '../../output/json.ts';
import type { Output, Text } from '../../output/output.ts';
import { coveredTable } from './covered.ts';
import { describeRisk } from './portfolioRisk.ts';
import { MARGIN_LINES } from './whatIf.ts';

const right = (title: string) => ({ title, align: 'right' as const });

/** Names of underlyings by id. */
export async function underlyingNames(node: Node): Promise<Map<number, string>> {
  const { prices } = await node.ask(queries.prices, {});
  return new Map(prices.map(({ underlying, price }) => [price?.underlyingId ?? 0, underlying]));
}

/** How each expiry is margined: what its legs add up to, what it can lose, and which was taken. */
function explain(expiries: readonly ExpiryMargin[], names: Map<number, string>, out: Output): Text {
  const columns = [
    { title: 'EXPIRY' },
    ...['INITIAL', 'MAINTENANCE', 'SUM OF SHORTS', 'MAXIMUM LOSS', 'LOST AT'].map(right),
    { title: 'TAKEN' },
  ];
  const isMaximum = (e: ExpiryMargin) => e.initialUusd < e.sumInitialUusd;
  const rows = expiries.map((e) => [
    `${names.get(e.underlyingId) ?? e.underlyingId}-${formatExpiry(e.expirySeconds)}`,
    formatUsd(e.initialUusd),
    formatUsd(e.maintenanceUusd),
    formatUsd(e.sumInitialUusd),
    formatUsd(e.maxLossInitialUusd),
    isMaximum(e) ? formatUsd(e.worstPriceUusd) : '–',
    isMaximum(e) ? 'maximum loss' : 'sum of shorts',
  ]);
  return out.table(columns, rows);
}

/** A margin with every part of it. */
export function marginParts(judged: Margin, names: Map<number, string>, out: Output): Text[] {
  const rows = MARGIN_LINES.map(([name, field]) => [name, formatUsd(judged[field])]);
  rows.unshift(['margin mode', enumName(MarginMode, judged.mode)]);
  const parts: Text[] = [out.table([{ title: '' }, right('USD')], rows)];
  if (judged.expiries.length > 0) parts.push('', explain(judged.expiries, names, out));
  if (judged.covered.length > 0) parts.push('', coveredTable(judged.covered, names, out));
  for (const risk of judged.underlyings) parts.push('', describeRisk(risk, names, out));
  return parts;
}
