import { decimal, percent } from '../../format/amounts.ts';
import { validatorName } from '../../store/validators.ts';
import { usePolled } from '../../store/polled.ts';
import { Badge } from '../../ui/badge.tsx';
import { Empty } from '../../ui/empty.tsx';
import table from '../../ui/table.module.css';

interface Card {
  readonly validator: string;
  readonly followingPpm: number | null;
  readonly findings: readonly string[];
  readonly all: {
    readonly turnout: Readonly<Record<'blocks' | 'reported' | 'late' | 'absent', string>>;
    readonly feeds: readonly Readonly<
      Record<'asked' | 'said' | 'stale' | 'distanceMilli', string>
    >[];
  };
}

const POLL_MS = 10_000;
const PPM = 1_000_000;
const MILLI = 1_000;

function CardRow({ card }: { card: Card }) {
  const { blocks, reported, late, absent } = card.all.turnout;
  const sum = (key: 'asked' | 'said' | 'distanceMilli') =>
    card.all.feeds.reduce((total, feed) => total + Number(feed[key]), 0);
  const [asked, said] = [sum('asked'), sum('said')];
  const share = (part: number, whole: number) => (whole === 0 ? undefined : part / whole);
  const distance = share(sum('distanceMilli') / MILLI, said);
  return (
    <tr>
      <td class={table['left']}>{validatorName(card.validator)}</td>
      <td>{percent(share(Number(reported), Number(blocks)))}</td>
      <td>{percent(share(Number(late) + Number(absent), Number(blocks)))}</td>
      <td>{percent(share(said, asked))}</td>
      <td>{distance === undefined ? '–' : decimal(distance, 2)}</td>
      <td>{percent(card.followingPpm === null ? undefined : card.followingPpm / PPM, 0)}</td>
      <td>
        {card.findings.length === 0 ? (
          <Badge status="live">good</Badge>
        ) : (
          card.findings.map((finding) => (
            <Badge key={finding} status="halted">
              {finding}
            </Badge>
          ))
        )}
      </td>
    </tr>
  );
}

/** How each validator has reported over the windows that the chain keeps. */
export function ReportCard() {
  const { answer, error } = usePolled<{ readonly cards: readonly Card[] }>(
    '/tenor/v1/oracle/report-card',
    POLL_MS,
  ).value;
  if (answer === null) return error === '' ? null : <Empty title="No report card">{error}</Empty>;
  if (answer.cards.length === 0) {
    return <Empty title="Nothing to judge yet">The first window has not begun.</Empty>;
  }
  return (
    <table class={table['table']}>
      <thead>
        <tr>
          <th class={table['left']}>Validator</th>
          <th title="Share of blocks with a report of it">Reported</th>
          <th title="Share of blocks whose commit it is missing from">Late or absent</th>
          <th title="Of the values that a quorum had, those that it said">Answered</th>
          <th title="Mean distance from the median, in units of dispersion">Distance</th>
          <th title="How much of the index's moves is in what it says">Follows</th>
          <th>Finding</th>
        </tr>
      </thead>
      <tbody>
        {answer.cards.map((card) => (
          <CardRow key={card.validator} card={card} />
        ))}
      </tbody>
    </table>
  );
}
