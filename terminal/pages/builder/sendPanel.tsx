import { useSignal } from '@preact/signals';
import { PostOnly, SelfTrade, Side, TimeInForce } from '../../../proto/gen/tenor.clob.v1.ts';
import type { BatchResult, MsgPlaceOrder } from '../../../proto/gen/tenor.clob.v1.ts';
import { contracts, usd } from '../../format/amounts.ts';
import { Button } from '../../ui/button.tsx';
import { Fact, Facts } from '../../ui/facts.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Segments } from '../../ui/segments.tsx';
import { isWalletOpen } from '../../shell/walletOpen.ts';
import { act } from '../../wallet/act.ts';
import { subaccount, wallet } from '../../wallet/wallet.ts';
import { useWhatIf } from './whatIf.ts';
import type { Trade, WhatIfAnswer } from './whatIf.ts';
import css from './builderPage.module.css';

type Way = 'now' | 'rest';

const WAYS = [
  { name: 'now', text: 'Trade now' },
  { name: 'rest', text: 'Rest at the price' },
] as const;

/** Whoever trades now takes a price that is so much worse than the one that is shown. */
const WORSE_PERCENT = 3n;
const CENT_UUSD = 10_000n;

/** In whole cents. */
function boundOf(priceUusd: bigint, isBuy: boolean): bigint {
  const slack = (priceUusd * WORSE_PERCENT) / 100n;
  const cents = (isBuy ? priceUusd + slack : priceUusd - slack) / CENT_UUSD;
  return (cents > 1n ? cents : 1n) * CENT_UUSD;
}

function orderOf({ series, quantity, priceUusd }: Trade, way: Way): MsgPlaceOrder {
  const units = BigInt(quantity);
  const isNow = way === 'now';
  return {
    ...{ sender: '', subaccount: 0, series },
    priceUusd: isNow ? boundOf(BigInt(priceUusd), units > 0n) : BigInt(priceUusd),
    side: units > 0n ? Side.SIDE_BUY : Side.SIDE_SELL,
    quantity: units > 0n ? units : -units,
    timeInForce: isNow ? TimeInForce.TIME_IN_FORCE_IOC : TimeInForce.TIME_IN_FORCE_GTC,
    ...{ postOnly: PostOnly.POST_ONLY_NONE, reduceOnly: false, market: isNow },
    ...{ selfTrade: SelfTrade.SELF_TRADE_EXPIRE_TAKER, clientOrderId: '', goodTilSeconds: 0n },
  };
}

/** One line a leg: what filled, what rests, or the code of its refusal. */
export function told(trades: readonly Trade[], results: readonly BatchResult[]): string {
  return results
    .map(({ place, codespace, code }, i) => {
      const series = trades[i]?.series ?? '';
      if (place === undefined) return `${series} refused [${codespace}/${code}]`;
      const { filled, resting } = place;
      const rest = resting > 0n ? `, ${contracts(resting)} rest` : '';
      return `${series} filled ${contracts(filled)}${rest}`;
    })
    .join('; ');
}

/** Its room is always there: what comes late moves nothing. */
function Margins({ answer }: { answer: WhatIfAnswer | null }) {
  const { before, after, trades } = answer ?? {};
  const fees = trades?.reduce((sum, { feeUusd }) => sum + BigInt(feeUusd), 0n);
  const isShort = Number(after?.initialUusd ?? 0) < 0;
  return (
    <>
      <Facts>
        <Fact name="Fees">{usd(fees)}</Fact>
        <Fact name="Initial margin free" tone={isShort ? 'down' : 'plain'}>
          {usd(before?.initialUusd)} → {usd(after?.initialUusd)}
        </Fact>
        <Fact name="Above liquidation">
          {usd(before?.maintenanceUusd)} → {usd(after?.maintenanceUusd)}
        </Fact>
        <Fact name="Cash">
          {usd(before?.cashUusd)} → {usd(after?.cashUusd)}
        </Fact>
      </Facts>
      {isShort ? (
        <p class={css['warning']} role="status">
          Not enough margin: deposit {usd(-Number(after?.initialUusd))} USD more, or trade less.
        </p>
      ) : null}
    </>
  );
}

/** What it would do to the account, and the button that sends all legs as one transaction. */
export function SendPanel({ trades }: { trades: readonly Trade[] }) {
  const way = useSignal<Way>('now');
  const isBusy = useSignal(false);
  const owner = wallet.value?.owner;
  const { answer, error } = useWhatIf(owner, subaccount.value, trades).value;
  const send = async () => {
    isBusy.value = true;
    const actions = trades.map((trade) => ({ place: orderOf(trade, way.value) }));
    await act('Strategy', async (client) => {
      const results = await client.batch(actions);
      const isWhole = results.every(({ place }) => place !== undefined);
      return [isWhole ? 'Strategy sent' : 'Sent in part', told(trades, results)];
    });
    isBusy.value = false;
  };
  return (
    <Panel title="Before you send it">
      <div class={css['room']}>
        {owner === undefined ? null : <Margins answer={answer} />}
        {error === '' ? null : <p class={css['warning']}>{error}</p>}
        <div class={css['send']}>
          <Segments
            label="How"
            chosen={way.value}
            choices={WAYS}
            onChoose={(name) => (way.value = name)}
          />
          {owner === undefined ? (
            <Button tone="accent" onClick={() => (isWalletOpen.value = true)}>
              Connect to trade
            </Button>
          ) : (
            <Button
              tone="accent"
              disabled={isBusy.value || trades.length === 0}
              onClick={() => void send()}
            >
              {isBusy.value
                ? 'Sending…'
                : `Send ${trades.length} ${trades.length === 1 ? 'leg' : 'legs'}`}
            </Button>
          )}
        </div>
        <p class={css['note']}>
          All legs go in one transaction, and each is an order of its own: one may fill and another
          not. Trading now takes up to {String(WORSE_PERCENT)}% worse than the prices shown.
        </p>
      </div>
    </Panel>
  );
}
