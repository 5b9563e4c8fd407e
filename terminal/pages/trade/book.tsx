import { contracts, price } from '../../format/amounts.ts';
import { account } from '../../store/account.ts';
import type { Series } from '../../store/markets.ts';
import { useChannel } from '../../store/streams.ts';
import { fillTicket } from '../../store/ticket.ts';
import { Panel } from '../../ui/panel.tsx';
import { ordersOf } from './openOrders.ts';
import css from './book.module.css';

const LEVELS = 7;

interface Row {
  readonly priceUusd: string;
  readonly quantity: string;
  /** From the best price to here. */
  readonly depth: number;
}

type Levels = Readonly<Record<string, { readonly quantity: string }>>;

/** The best prices of a side, the best one first. */
export function rowsOf(levels: Levels, isBid: boolean, count: number): readonly Row[] {
  const best = Object.entries(levels)
    .map(([priceUusd, { quantity }]) => ({ priceUusd, quantity }))
    .sort((a, b) => (isBid ? -1 : 1) * (Number(a.priceUusd) - Number(b.priceUusd)))
    .slice(0, count);
  let depth = 0;
  return best.map((row) => ({ ...row, depth: (depth += Number(row.quantity)) }));
}

interface SideProps {
  readonly rows: readonly (Row | null)[];
  readonly isBid: boolean;
  readonly most: number;
  readonly own: ReadonlySet<string>;
}

function Side({ rows, isBid, most, own }: SideProps) {
  return (
    <tbody data-side={isBid ? 'bid' : 'ask'}>
      {rows.map((row, index) => (
        // Rows stay where they are: prices move through them, nothing jumps.
        <tr key={index}>
          <td>
            {row === null ? null : (
              <button
                type="button"
                onClick={() => fillTicket(isBid ? 'sell' : 'buy', row.priceUusd)}
                aria-label={`${isBid ? 'Sell' : 'Buy'} at ${price(row.priceUusd)}`}
              >
                {price(row.priceUusd)}
                {own.has(row.priceUusd) ? <i class={css['own']} title="Your order" /> : null}
              </button>
            )}
          </td>
          <td>{row === null ? '' : contracts(row.quantity)}</td>
          <td class={css['depth']}>
            {row === null ? null : (
              <>
                <i
                  class={css['bar']}
                  style={{ width: `${(100 * row.depth) / Math.max(most, 1)}%` }}
                />
                <span>{contracts(row.depth)}</span>
              </>
            )}
          </td>
        </tr>
      ))}
    </tbody>
  );
}

/** So many rows in any case, the far ones empty. */
const padded = (rows: readonly Row[]): (Row | null)[] =>
  Array.from({ length: LEVELS }, (_, index) => rows[index] ?? null);

/** Who offers what in a series, with one's own orders marked. */
export function Book({ series }: { series: Series }) {
  const { document, ended } = useChannel(`book:${series.symbol}`);
  const book = document.value;
  const bids = rowsOf(book?.bids ?? {}, true, LEVELS);
  const asks = rowsOf(book?.asks ?? {}, false, LEVELS);
  const most = Math.max(bids.at(-1)?.depth ?? 0, asks.at(-1)?.depth ?? 0);
  const own = new Set(ordersOf(account.value, series.symbol).map(({ priceUusd }) => priceUusd));
  const [bid, ask] = [bids[0]?.priceUusd, asks[0]?.priceUusd];
  const spread = bid === undefined || ask === undefined ? undefined : Number(ask) - Number(bid);
  return (
    <Panel title="Book">
      {ended.value === null ? (
        <table class={css['book']}>
          <thead>
            <tr>
              <th>Price</th>
              <th>Size</th>
              <th>Sum</th>
            </tr>
          </thead>
          <Side rows={padded(asks).reverse()} isBid={false} most={most} own={own} />
          <tbody>
            <tr class={css['between']}>
              <td colSpan={3}>
                Mark <b>{price(series.mark?.markUusd)}</b> · spread {price(spread)}
              </td>
            </tr>
          </tbody>
          <Side rows={padded(bids)} isBid most={most} own={own} />
        </table>
      ) : (
        <p class={css['ended']}>This series has ended: {ended.value}</p>
      )}
    </Panel>
  );
}
