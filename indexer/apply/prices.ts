import { parseSymbol } from '../../app/modules/options/core/symbol.ts';
import { OptionKind } from '../../proto/gen/tenor.options.v1.ts';
import { expiryTime } from './accounts.ts';
import type { At, Attributes, Handler, Handlers } from './at.ts';
import { LedgerError } from './ledger.ts';
import type { Ledger } from './ledger.ts';

function price(ledger: Ledger, at: At, a: Attributes): void {
  const underlying = a['underlying']!;
  const index = BigInt(a['index_uusd']!);
  const { height, time, timeMs } = at;
  ledger.log('index_prices', { height, time, underlying, index_uusd: index });
  ledger.candles.add({ kind: 'index', name: underlying, timeMs, price: index });
}

function listed(ledger: Ledger, at: At, a: Attributes): void {
  logSeries(ledger, at, a['series']!, BigInt(a['series_id']!));
}

function removed(ledger: Ledger, at: At, a: Attributes): void {
  const row = ledger.removeSeries(a['series']!);
  if (row === undefined) return;
  row.series_id = BigInt(a['series_id']!);
  row.removed_height = at.height;
  row.removed_at = at.time;
}

/** What a series is, which its name says. @throws LedgerError */
export function logSeries(
  ledger: Ledger,
  at: Pick<At, 'height' | 'time'>,
  series: string,
  id: bigint,
): void {
  const name = parseSymbol(series);
  if (name === null) throw new LedgerError(`"${series}" names no series`);
  ledger.listSeries({
    ...{ series, series_id: id, underlying: name.underlying, strike_uusd: name.strikeUusd },
    expiry: new Date(Number(name.expirySeconds) * 1_000).toISOString(),
    kind: name.kind === OptionKind.OPTION_KIND_CALL ? 'call' : 'put',
    ...{ listed_height: at.height, listed_at: at.time },
    ...{ removed_height: null, removed_at: null },
  });
}

/** An expiry has its price, then everybody is paid: one row, which the second event completes. */
const expiryHandler =
  (isSettled: boolean): Handler =>
  (ledger, at, a) => {
    const place = { height: at.height, time: at.time };
    ledger.expiry({
      ...{ underlying: a['underlying']!, expiry: expiryTime(a['expiry']!) },
      settlement_uusd: BigInt(a['settlement_uusd']!),
      covered_ms: isSettled ? 0n : BigInt(a['covered_ms']!),
      ...{ priced_height: place.height, priced_at: place.time },
      paid_out_uusd: isSettled ? BigInt(a['paid_out_uusd']!) : null,
      settled_height: isSettled ? place.height : null,
      settled_at: isSettled ? place.time : null,
    });
  };

const report =
  (event: string): Handler =>
  (ledger, at, a) => {
    const power = a['penalty_power'];
    ledger.log('oracle_reports', {
      ...{ height: at.height, idx: at.idx, time: at.time, event },
      ...{ feed: a['feed'] ?? null, status: a['status'] ?? null },
      ...{ validator: a['validator'] ?? null, findings: a['findings'] ?? null },
      penalty_power: power === undefined ? null : BigInt(power),
    });
  };

export const priceHandlers: Handlers = {
  price,
  series_listed: listed,
  series_removed: removed,
  expiry_priced: expiryHandler(false),
  expiry_settled: expiryHandler(true),
  feed_status: report('feed_status'),
  oracle_finding: report('oracle_finding'),
};
