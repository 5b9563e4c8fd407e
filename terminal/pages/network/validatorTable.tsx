import { decimal, percent, usd } from '../../format/amounts.ts';
import { usePolled } from '../../store/polled.ts';
import { block } from '../../store/streams.ts';
import { validatorName } from '../../store/validators.ts';
import { Badge } from '../../ui/badge.tsx';
import { Empty } from '../../ui/empty.tsx';
import table from '../../ui/table.module.css';
import { hexOfBase64 } from '../../format/hex.ts';

/** What `/tenor/v1/oracle/votes` answers. */
export interface Votes {
  readonly votes: readonly {
    readonly consensusAddress: string;
    readonly power: string;
    readonly reported: string;
    readonly empty: string;
    readonly malformed: string;
    readonly absent: string;
    readonly late: string;
    readonly outliers: string;
    readonly lastReportedHeight: string | null;
    readonly last: readonly { readonly underlyingId: number; readonly indexUusd: string | null }[];
  }[];
  readonly totalPower: string;
  readonly prices: readonly {
    readonly underlying: string;
    readonly price: { readonly underlyingId: number; readonly indexUusd: string } | null;
  }[];
}

type Vote = Votes['votes'][number];

const POLL_MS = 2_000;
/** A report is as old as its vote, which a block later carries. */
const FRESH_BLOCKS = 3;

function VoteRow({ vote, answer }: { vote: Vote; answer: Votes }) {
  const total = [vote.reported, vote.empty, vote.malformed, vote.absent, vote.late]
    .map(Number)
    .reduce((a, b) => a + b, 0);
  const share = (count: number) => percent(total === 0 ? undefined : count / total);
  const behind = block.value.height - Number(vote.lastReportedHeight ?? 0);
  const isFresh = vote.lastReportedHeight !== null && behind <= FRESH_BLOCKS;
  return (
    <tr>
      <td class={table['left']}>{validatorName(hexOfBase64(vote.consensusAddress))}</td>
      <td>{percent(Number(vote.power) / Number(answer.totalPower))}</td>
      <td>
        <Badge status={isFresh ? 'good' : 'bad'}>
          {isFresh ? 'voting' : vote.lastReportedHeight === null ? 'never' : `${behind} blocks ago`}
        </Badge>
      </td>
      <td>{share(Number(vote.reported))}</td>
      <td>{share(Number(vote.late) + Number(vote.absent))}</td>
      <td>{share(Number(vote.empty) + Number(vote.malformed))}</td>
      <td>{vote.outliers}</td>
      {answer.prices.map(({ underlying, price }) => {
        const said = vote.last.find((one) => one.underlyingId === price?.underlyingId)?.indexUusd;
        const away =
          said === null || said === undefined || price === null
            ? undefined
            : (Number(said) / Number(price.indexUusd) - 1) * 10_000;
        return (
          <td key={underlying}>
            {usd(said)}
            <span class={table['dim']}> {away === undefined ? '' : `${decimal(away, 1)} bp`}</span>
          </td>
        );
      })}
    </tr>
  );
}

/** Who votes, with what power, how regularly, and what each last said of the index. */
export function ValidatorTable() {
  const { answer, error } = usePolled<Votes>('/tenor/v1/oracle/votes', POLL_MS).value;
  if (answer === null) return error === '' ? null : <Empty title="No votes">{error}</Empty>;
  return (
    <table class={table['table']}>
      <thead>
        <tr>
          <th class={table['left']}>Validator</th>
          <th>Power</th>
          <th>Now</th>
          <th>Reported</th>
          <th title="Its vote was not in the commit">Missed</th>
          <th title="It signed without a report that counts">Empty</th>
          <th title="Reports beyond the outlier bound">Outliers</th>
          {answer.prices.map(({ underlying }) => (
            <th key={underlying} title="What it last said, and how far from the index that is">
              {underlying}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {answer.votes.map((vote) => (
          <VoteRow key={vote.consensusAddress} vote={vote} answer={answer} />
        ))}
      </tbody>
    </table>
  );
}
