import { contracts, price, signedUsd, usd } from '../../format/amounts.ts';
import { moment } from '../../format/times.ts';
import { timeZone } from '../../store/settings.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import table from '../../ui/table.module.css';
import css from './accountPage.module.css';
import { downloadCsv } from './download.ts';
import { useFills, useHappened, useSettlements } from './history.ts';

export interface OfAccount {
  readonly owner: string;
  readonly number: number;
}

const UUSD = 1_000_000;
const UNITS = 10_000;
const SINCE_LOAD = 'Since this page was opened: its node names no indexer that remembers more.';

export const SideCell = ({ isBuy }: { isBuy: boolean }) => (
  <td class={isBuy ? table['up'] : table['down']}>{isBuy ? 'buy' : 'sell'}</td>
);

const when = (ms: string) => moment(Number(ms), timeZone.value);
const iso = (ms: string) => new Date(Number(ms)).toISOString();
const dollars = (uusd: string | null) => (uusd === null ? '' : Number(uusd) / UUSD);

interface ToolsProps {
  readonly isWhole: boolean;
  readonly isEmpty: boolean;
  readonly onDownload: () => void;
}

/** How far back it goes, and the same as a file. */
function Tools({ isWhole, isEmpty, onDownload }: ToolsProps) {
  return (
    <div class={css['tools']}>
      <p class={css['note']}>{isWhole ? '' : SINCE_LOAD}</p>
      <Button disabled={isEmpty} onClick={onDownload}>
        Download CSV
      </Button>
    </div>
  );
}

export function Fills({ owner, number }: OfAccount) {
  const { fills, isWhole } = useFills(owner, number);
  const download = () =>
    downloadCsv(
      'fills.csv',
      ['time', 'series', 'side', 'contracts', 'price_usd', 'fee_usd', 'realised_usd', 'role'],
      fills.map((fill) => [
        ...[iso(fill.timeMs), fill.series, fill.side, Number(fill.quantity) / UNITS],
        ...[dollars(fill.priceUusd), dollars(fill.feeUusd), dollars(fill.realisedUusd), fill.role],
      ]),
    );
  return (
    <>
      <Tools isWhole={isWhole} isEmpty={fills.length === 0} onDownload={download} />
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
                <SideCell isBuy={fill.side === 'buy'} />
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

export function Settlements({ owner, number }: OfAccount) {
  const { settled, isWhole } = useSettlements(owner, number);
  const download = () =>
    downloadCsv(
      'settlements.csv',
      ['time', 'expiry', 'settled_at_usd', 'payout_usd', 'fee_usd', 'realised_usd'],
      settled.map((one) => [
        ...[iso(one.timeMs), one.expiry, dollars(one.settlementUusd), dollars(one.payoutUusd)],
        ...[dollars(one.feeUusd), dollars(one.realisedUusd)],
      ]),
    );
  return (
    <>
      <Tools isWhole={isWhole} isEmpty={settled.length === 0} onDownload={download} />
      {settled.length === 0 ? (
        <Empty title="No settlements">Expired positions show here.</Empty>
      ) : (
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
              <tr key={one.expiry}>
                <td class={table['left']}>{when(one.timeMs)}</td>
                <td class={table['left']}>{one.expiry}</td>
                <td>{usd(one.settlementUusd)}</td>
                <td>{signedUsd(one.payoutUusd)}</td>
                <td>{usd(one.feeUusd)}</td>
                <td>{signedUsd(one.realisedUusd)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

export function History({ owner, number }: OfAccount) {
  const { happened, isWhole } = useHappened(owner, number);
  const download = () =>
    downloadCsv(
      'history.csv',
      ['time', 'kind', 'of', 'cash_change_usd'],
      happened.map((one) => [iso(one.timeMs), one.kind, one.text, dollars(one.amountUusd)]),
    );
  return (
    <>
      <Tools isWhole={isWhole} isEmpty={happened.length === 0} onDownload={download} />
      {happened.length === 0 ? (
        <Empty title="Nothing yet">Deposits, settlements and modes show as they happen.</Empty>
      ) : (
        <table class={table['table']}>
          <thead>
            <tr>
              <th class={table['left']}>Time</th>
              <th class={table['left']}>What</th>
              <th class={table['left']}>Of</th>
              <th>Cash</th>
            </tr>
          </thead>
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
      )}
    </>
  );
}
