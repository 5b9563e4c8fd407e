import { usd } from '../../format/amounts.ts';
import { usePolled } from '../../store/polled.ts';
import { Badge } from '../../ui/badge.tsx';
import { Empty } from '../../ui/empty.tsx';
import table from '../../ui/table.module.css';

interface FundsAnswer {
  readonly funds: readonly {
    readonly underlying: string;
    readonly fund: {
      readonly balanceUusd: string;
      readonly atRiskUusd: string;
      readonly paidUusd: string;
    } | null;
    readonly payableUusd: string;
    readonly exitPriceUusd: string;
    readonly pausesWithdrawals: boolean;
  }[];
}

const POLL_MS = 5_000;

/** The insurance fund of each underlying. */
export function FundTable() {
  const { answer, error } = usePolled<FundsAnswer>('/tenor/v1/funds', POLL_MS).value;
  if (answer === null) return error === '' ? null : <Empty title="No funds">{error}</Empty>;
  return (
    <table class={table['table']}>
      <thead>
        <tr>
          <th class={table['left']}>Fund</th>
          <th>Balance</th>
          <th title="What the insolvent accounts that are open can cost at the most">At risk</th>
          <th title="What it may still pay today">Payable today</th>
          <th>Paid today</th>
          <th title="Of a million shares, for an underwriter who leaves">Share price</th>
          <th>Withdrawals</th>
        </tr>
      </thead>
      <tbody>
        {answer.funds.map((one) => (
          <tr key={one.underlying}>
            <td class={table['left']}>{one.underlying}</td>
            <td>{usd(one.fund?.balanceUusd ?? '0')}</td>
            <td>{usd(one.fund?.atRiskUusd ?? '0')}</td>
            <td>{usd(one.payableUusd)}</td>
            <td>{usd(one.fund?.paidUusd ?? '0')}</td>
            <td>{usd(one.exitPriceUusd, 4)}</td>
            <td>
              <Badge status={one.pausesWithdrawals ? 'bad' : 'good'}>
                {one.pausesWithdrawals ? 'paused' : 'open'}
              </Badge>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
