import { useSignal } from '@preact/signals';
import type { StreamSubaccount } from '../../../client/streamTypes.ts';
import { contracts, percent, price } from '../../format/amounts.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Segments } from '../../ui/segments.tsx';
import table from '../../ui/table.module.css';
import { act } from '../../wallet/act.ts';
import { cancelAll } from '../../wallet/cancelAll.ts';
import { ordersOf } from './accountData.ts';
import type { OpenOrder } from './accountData.ts';
import css from './accountPage.module.css';
import { Fills, History, Settlements, SideCell } from './pastTables.tsx';
import type { OfAccount } from './pastTables.tsx';

const BP = 10_000;

function OrderRow({ order }: { order: OpenOrder }) {
  const cancel = () =>
    act('Cancel', async (client) => {
      const left = await client.cancel({ orderId: BigInt(order.id) });
      return ['Order cancelled', `${contracts(left)} of ${order.symbol}`];
    });
  const tags = [
    order.reduceOnly ? 'reduce-only' : '',
    order.volBp === undefined ? '' : `at ${percent(order.volBp / BP)} IV`,
  ].filter((tag) => tag !== '');
  return (
    <tr>
      <td class={table['left']}>{order.symbol}</td>
      <SideCell isBuy={order.side === 1} />
      <td>{price(order.priceUusd)}</td>
      <td>{contracts(order.remaining)}</td>
      <td>{contracts(order.filled)}</td>
      <td class={table['dim']}>{tags.join(', ')}</td>
      <td>
        <Button tone="quiet" onClick={() => void cancel()}>
          Cancel
        </Button>
      </td>
    </tr>
  );
}

function Orders({ account }: { account: StreamSubaccount }) {
  const orders = ordersOf(account);
  if (orders.length === 0) return <Empty title="No open orders">What rests shows here.</Empty>;
  return (
    <table class={table['table']}>
      <thead>
        <tr>
          <th class={table['left']}>Series</th>
          <th>Side</th>
          <th>Price</th>
          <th>Open</th>
          <th>Filled</th>
          <th>Terms</th>
          <th>
            <Button tone="quiet" onClick={() => void cancelAll()}>
              Cancel all
            </Button>
          </th>
        </tr>
      </thead>
      <tbody>
        {orders.map((order) => (
          <OrderRow key={order.id} order={order} />
        ))}
      </tbody>
    </table>
  );
}

const TABS = [
  { name: 'orders', text: 'Open orders' },
  { name: 'fills', text: 'Fills' },
  { name: 'settlements', text: 'Settlements' },
  { name: 'history', text: 'History' },
] as const;

/** What rests, what filled, what settled, and what else happened. */
export function ActivityPanel(props: { account: StreamSubaccount } & OfAccount) {
  const { account, owner, number } = props;
  const tab = useSignal<(typeof TABS)[number]['name']>('orders');
  const of = { owner, number };
  return (
    <Panel
      title="Activity"
      tools={
        <Segments
          label="Activity"
          chosen={tab.value}
          choices={TABS}
          onChoose={(name) => (tab.value = name)}
        />
      }
    >
      <div class={css['wide']} tabIndex={0} role="region" aria-label="Table of activity">
        {tab.value === 'orders' ? <Orders account={account} /> : null}
        {tab.value === 'fills' ? <Fills {...of} /> : null}
        {tab.value === 'settlements' ? <Settlements {...of} /> : null}
        {tab.value === 'history' ? <History {...of} /> : null}
      </div>
    </Panel>
  );
}
