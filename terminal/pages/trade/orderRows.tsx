import { useSignal } from '@preact/signals';
import { contracts, percent, price } from '../../format/amounts.ts';
import { CONTRACT_DECIMALS, USD_DECIMALS, typedOf, unitsOf } from '../../format/units.ts';
import { account } from '../../store/account.ts';
import { addressOf } from '../../store/route.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { act } from '../../wallet/act.ts';
import { cancelAll } from '../../wallet/cancelAll.ts';
import { ordersOf } from './openOrders.ts';
import type { OpenOrder } from './openOrders.ts';
import { partsOf } from '../../format/series.ts';
import css from './dock.module.css';

const BP = 10_000;

const cancel = (order: OpenOrder) =>
  act('Cancelling', async (client) => {
    const open = await client.cancel({ orderId: BigInt(order.id) });
    return [`Order ${order.id} cancelled`, `${contracts(open)} were still open.`];
  });

/** Price and size of an order that rests, changed in its place. */
function Replace({ order, onDone }: { order: OpenOrder; onDone: () => void }) {
  const at = useSignal(typedOf(BigInt(order.priceUusd), USD_DECIMALS));
  const size = useSignal(typedOf(BigInt(order.quantity), CONTRACT_DECIMALS));
  const priceUusd = unitsOf(at.value, USD_DECIMALS);
  const quantity = unitsOf(size.value, CONTRACT_DECIMALS);
  const send = async () => {
    const went = await act('Replacing', async (client) => {
      const terms = { priceUusd: priceUusd!, quantity: quantity! };
      const { filled, resting } = await client.replace({ orderId: BigInt(order.id) }, terms);
      const traded = filled > 0n ? `${contracts(filled)} traded, ` : '';
      return [`Order ${order.id} replaced`, `${traded}${contracts(resting)} rest.`] as const;
    });
    if (went) onDone();
  };
  return (
    <form
      class={css['replace']}
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <input
        aria-label="New size"
        inputMode="decimal"
        value={size.value}
        onInput={({ currentTarget }) => (size.value = currentTarget.value)}
      />
      <span>at</span>
      <input
        aria-label="New price"
        inputMode="decimal"
        value={at.value}
        onInput={({ currentTarget }) => (at.value = currentTarget.value)}
      />
      <button type="submit" disabled={priceUusd === null || quantity === null}>
        Replace
      </button>
      <button type="button" onClick={onDone}>
        Keep
      </button>
    </form>
  );
}

function Row({ order }: { order: OpenOrder }) {
  const isEdited = useSignal(false);
  const isBuy = order.side === 1;
  const { underlying, expiry, text } = partsOf(order.symbol);
  return (
    <tr>
      <td class={css['left']}>
        <a href={addressOf('trade', underlying, expiry, order.symbol)}>{text}</a>
      </td>
      <td class={css[isBuy ? 'up' : 'down']}>{isBuy ? 'Buy' : 'Sell'}</td>
      {isEdited.value ? (
        <td colSpan={4}>
          <Replace order={order} onDone={() => (isEdited.value = false)} />
        </td>
      ) : (
        <>
          <td>{contracts(order.remaining)}</td>
          <td class={css['dim']}>{contracts(order.quantity)}</td>
          <td>
            {order.volBp === undefined
              ? price(order.priceUusd)
              : `${percent(order.volBp / BP)} ≤ ${price(order.priceUusd)}`}
          </td>
          <td>
            <button type="button" onClick={() => (isEdited.value = true)}>
              Change
            </button>
            <button type="button" onClick={() => void cancel(order)}>
              Cancel
            </button>
          </td>
        </>
      )}
    </tr>
  );
}

/** What one has in the books, cancelled or changed by one click. */
export function OrderRows() {
  const orders = ordersOf(account.value);
  if (orders.length === 0) {
    return <Empty title="No open orders">Click a price in the chain or the book.</Empty>;
  }
  return (
    <>
      <table class={css['rows']}>
        <thead>
          <tr>
            <th class={css['left']}>Series</th>
            <th>Side</th>
            <th>Open</th>
            <th>Of</th>
            <th>Price</th>
            <th aria-label="Actions" />
          </tr>
        </thead>
        <tbody>
          {orders.map((order) => (
            <Row key={order.id} order={order} />
          ))}
        </tbody>
      </table>
      <div class={css['foot']}>
        <Button onClick={() => void cancelAll()}>Cancel all</Button>
      </div>
    </>
  );
}
