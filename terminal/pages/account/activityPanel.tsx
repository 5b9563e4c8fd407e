import { useSignal } from '@preact/signals';
import type { StreamSubaccount } from '../../../client/streamTypes.ts';
import { contracts, percent, price, signedUsd, usd } from '../../format/amounts.ts';
import { expiryTextAt } from '../../format/expiryText.ts';
import { moment } from '../../format/times.ts';
import { timeZone } from '../../store/settings.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Segments } from '../../ui/segments.tsx';
import table from '../../ui/table.module.css';
import { act } from '../../wallet/act.ts';
import { ordersOf } from './accountData.ts';
import type { OpenOrder } from './accountData.ts';
import css from './accountPage.module.css';
import { downloadCsv } from './download.ts';
import { useFills, useHappened, useSettlements } from './history.ts';

const BP = 10_000;
const UUSD = 1_000_000;
const UNITS = 10_000;

const side = (isBuy: boolean) => (
  <td class={isBuy ? table['up'] : table['down']}>{isBuy ? 'buy' : 'sell'}</td>
);

const when = (ms: string) => moment(Number(ms), timeZone.value);

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
      {side(order.side === 1)}
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
            <Button
              tone="quiet"
              onClick={() =>
                void act('Cancel all', async (client) => {
                  const count = await client.cancelAll();
                  return ['All orders cancelled', `${count} orders`];
                })
              }
            >
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

interface OfAccount {
  readonly owner: string;
  readonly number: number;
}

const SINCE_LOAD =
  'Only since this page was opened: the node keeps no history (tenor indexer run).';

function Fills({ owner, number }: OfAccount) {
  const { fills, isWhole } = useFills(owner, number);
  const download = () =>
    downloadCsv(
      'fills.csv',
      ['time', 'series', 'side', 'contracts', 'price_usd', 'fee_usd', 'realised_usd', 'role'],
      fills.map((fill) => [
        new Date(Number(fill.timeMs)).toISOString(),
        ...[fill.series, fill.side, Number(fill.quantity) / UNITS],
        ...[Number(fill.priceUusd) / UUSD, Number(fill.feeUusd) / UUSD],
        ...[fill.realisedUusd === null ? '' : Number(fill.realisedUusd) / UUSD, fill.role],
      ]),
    );
  return (
    <>
      <div class={css['tools']}>
        <p class={css['note']}>{isWhole ? '' : SINCE_LOAD}</p>
        <Button disabled={fills.length === 0} onClick={download}>
          Download CSV
        </Button>
      </div>
      {fills.length === 0 ? (
        <Empty title="No fills">Trades show here with their fees.</Empty>
      ) : (
        <table class={table['table']}>
          <thead>
            <tr>
              <th class={table['left']}>Time</th>
              <th class={table['left']}>Series</th>
              <th>Side</th>
              <th>Size</th>
              <th>Price</th>
              <th>Fee</th>
              <th>Realised</th>
              <th>Role</th>
            </tr>
          </thead>
          <tbody>
            {fills.map((fill) => (
              <tr key={fill.key}>
                <td class={table['left']}>{when(fill.timeMs)}</td>
                <td class={table['left']}>{fill.series}</td>
                {side(fill.side === 'buy')}
                <td>{contracts(fill.quantity)}</td>
                <td>{price(fill.priceUusd)}</td>
                <td>{usd(fill.feeUusd)}</td>
                <td>{signedUsd(fill.realisedUusd)}</td>
                <td class={table['dim']}>{fill.role}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

function Settlements({ owner, number }: OfAccount) {
  const settled = useSettlements(owner, number);
  if (settled === null || settled.length === 0) {
    return (
      <Empty title="No settlements">
        {settled === null ? SINCE_LOAD : 'Expired positions show here.'}
      </Empty>
    );
  }
  return (
    <table class={table['table']}>
      <thead>
        <tr>
          <th class={table['left']}>Time</th>
          <th class={table['left']}>Expiry</th>
          <th>Settled at</th>
          <th>Payout</th>
          <th>Fee</th>
          <th>Realised</th>
        </tr>
      </thead>
      <tbody>
        {settled.map((one) => (
          <tr key={one.underlying + one.expiryMs}>
            <td class={table['left']}>{when(one.timeMs)}</td>
            <td class={table['left']}>
              {one.underlying} {expiryTextAt(Number(one.expiryMs) / 1_000)}
            </td>
            <td>{usd(one.settlementUusd)}</td>
            <td>{signedUsd(one.payoutUusd)}</td>
            <td>{usd(one.feeUusd)}</td>
            <td>{signedUsd(one.realisedUusd)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function History({ owner, number }: OfAccount) {
  const happened = useHappened(owner, number);
  if (happened.length === 0) {
    return <Empty title="Nothing yet">Deposits, settlements and modes show as they happen.</Empty>;
  }
  return (
    <table class={table['table']}>
      <tbody>
        {happened.map(({ key, timeMs, kind, text, amountUusd }) => (
          <tr key={key}>
            <td class={table['left']}>{when(timeMs)}</td>
            <td class={table['left']}>{kind}</td>
            <td class={table['left']}>{text}</td>
            <td>{amountUusd === null ? '' : signedUsd(amountUusd)}</td>
          </tr>
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
