import { useSignal } from '@preact/signals';
import type { OrderRequest } from '../../../client/terms.ts';
import { contracts, percent, price } from '../../format/amounts.ts';
import { onTick } from '../../format/ticks.ts';
import { USD_DECIMALS, typedOf, unitsOf } from '../../format/units.ts';
import { account, isAccountKnown } from '../../store/account.ts';
import type { Series } from '../../store/markets.ts';
import { rulesOf } from '../../store/rules.ts';
import { block } from '../../store/streams.ts';
import { ticket } from '../../store/ticket.ts';
import { Button } from '../../ui/button.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { act } from '../../wallet/act.ts';
import { wallet } from '../../wallet/wallet.ts';
import { isWalletOpen } from '../../shell/walletOpen.ts';
import { Deposit } from './deposit.tsx';
import { TicketFields } from './ticketFields.tsx';
import { orderOf } from './orderOf.ts';
import type { Made } from './orderOf.ts';
import { seriesText } from '../../format/series.ts';
import { Summary } from './summary.tsx';
import { useTrial } from './tryOrder.ts';
import css from './ticket.module.css';

const UNITS_PER_CONTRACT = 10_000n;
const KINDS = [
  ['limit', 'Limit'],
  ['market', 'Market'],
  ['iv', 'IV'],
] as const;
const SIDES = [
  ['buy', 'Buy'],
  ['sell', 'Sell'],
] as const;

function typedNow() {
  const { side, kind, size, price: at, iv, life, postOnly, reduceOnly } = ticket;
  return {
    ...{ side: side.value, kind: kind.value, size: size.value, price: at.value },
    ...{ iv: iv.value, life: life.value },
    ...{ postOnly: postOnly.value, reduceOnly: reduceOnly.value },
  };
}

/** Sends it; fills are told by the account's own stream, so that this tells of what is left. */
const place = (order: OrderRequest, name: string) =>
  act('The order', async (client) => {
    const { orderId, filled, resting } = await client.place(order);
    if (resting > 0n) {
      return [
        `Order ${orderId} rests`,
        `${contracts(resting)} ${name} at ${price(order.priceUusd)}`,
      ];
    }
    return filled > 0n ? ['', ''] : ['Nothing traded', `Nobody met ${price(order.priceUusd)}`];
  });

function Submit({ made, name }: { made: Made | null; name: string }) {
  const isBusy = useSignal(false);
  const { side } = ticket;
  if (wallet.value === null) {
    return (
      <Button tone="accent" onClick={() => (isWalletOpen.value = true)}>
        Connect to trade
      </Button>
    );
  }
  const verb = side.value === 'buy' ? 'Buy' : 'Sell';
  const order = made?.order ?? null;
  return (
    <Button type="submit" tone={side.value} disabled={order === null || isBusy.value}>
      {isBusy.value
        ? 'Sending…'
        : order === null
          ? verb
          : `${verb} ${contracts(order.quantity)} ${name}`}
    </Button>
  );
}

/** An order in a series, from the first thought to the signature. */
export function Ticket({ underlying, series }: { underlying: string; series: Series }) {
  const rules = rulesOf(underlying);
  const nowSeconds = Math.floor(block.value.timeMs / 1_000);
  const made = rules === undefined ? null : orderOf(series.symbol, typedNow(), rules, nowSeconds);
  const order = made?.order ?? null;
  const trial = useTrial(order).value;
  const name = seriesText(series);
  const needsDeposit = wallet.value !== null && isAccountKnown.value && account.value === null;
  const step = (up: boolean) => {
    const at = unitsOf(ticket.price.value, USD_DECIMALS);
    if (at === null || rules === undefined) return;
    const next = onTick(rules, up ? at + 1n : at > 0n ? at - 1n : 0n, up);
    ticket.price.value = typedOf(next, USD_DECIMALS);
  };
  return (
    <Panel
      title={name}
      tools={
        <span class={css['mark']}>
          {price(series.mark?.markUusd)} · {percent(series.mark?.vol)}
        </span>
      }
    >
      <form
        class={css['ticket']}
        aria-label="Order"
        onSubmit={(event) => {
          event.preventDefault();
          if (order !== null) void place(order, name);
        }}
      >
        <Segmented
          label="Side"
          tone="side"
          options={SIDES}
          value={ticket.side.value}
          onChange={(side) => (ticket.side.value = side)}
        />
        <Segmented
          label="Kind of order"
          options={KINDS}
          value={ticket.kind.value}
          onChange={(kind) => (ticket.kind.value = kind)}
        />
        <TicketFields
          series={series}
          underlying={underlying}
          problem={made?.problem ?? null}
          onStep={step}
        />
        <Summary
          side={ticket.side.value}
          valueUusd={
            order === null ? null : (order.priceUusd * order.quantity) / UNITS_PER_CONTRACT
          }
          trial={order === null ? null : trial}
        />
        {needsDeposit ? null : <Submit made={made} name={name} />}
      </form>
      {needsDeposit ? <Deposit /> : null}
    </Panel>
  );
}
