import { shortAddress } from '../../format/address.ts';
import { percent, usd } from '../../format/amounts.ts';
import { moment } from '../../format/times.ts';
import { usePolled } from '../../store/polled.ts';
import { addressOf } from '../../store/route.ts';
import { timeZone } from '../../store/settings.ts';
import { Badge } from '../../ui/badge.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Fact, Facts } from '../../ui/facts.tsx';
import { Panel } from '../../ui/panel.tsx';
import { BidForm } from './bidForm.tsx';
import { sentenceOf } from './happenings.ts';
import { isSolvent, PPB, PPM } from './liquidationData.ts';
import type { AuctionAnswer, StepsAnswer, Terms } from './liquidationData.ts';
import css from './liquidationsPage.module.css';

const POLL_MS = 1_500;

function TermsOf({ terms, solvent }: { terms: Terms; solvent: boolean }) {
  return (
    <Facts>
      <Fact name="Marked value">{usd(terms.markToMarketUusd)}</Fact>
      <Fact name="Maintenance margin" tone={Number(terms.maintenanceUusd) < 0 ? 'down' : 'plain'}>
        {usd(terms.maintenanceUusd)}
      </Fact>
      {solvent ? (
        <>
          <Fact name="Least price" title="Share of the marked value that bidders must pay now">
            {percent(terms.discountPpm / PPM, 2)}
          </Fact>
          <Fact name="For sale" title="Share of the account that is sold at that price">
            {percent(terms.fractionPpb / PPB, 2)}
          </Fact>
          <Fact name="Fee of the whole">{usd(terms.feeUusd)}</Fact>
        </>
      ) : (
        <>
          <Fact name="Fund pays now" title="For whoever takes the whole account over">
            {usd(terms.payoutUusd)}
          </Fact>
          <Fact name="At the end">{usd(terms.worstUusd)}</Fact>
          <Fact name="Fund can pay">{usd(terms.payableUusd)}</Fact>
        </>
      )}
      <Fact name="Age">{terms.age} blocks</Fact>
    </Facts>
  );
}

function Bids({ bids, solvent }: { bids: AuctionAnswer['bids']; solvent: boolean }) {
  if (bids.length === 0) return <p class={css['note']}>No bid waits for the next block.</p>;
  return (
    <ul class={css['list']}>
      {bids.map(({ bidderId, fractionPpb, limitPpm, leastPayoutUusd }) => (
        <li key={bidderId}>
          Account {bidderId} bids for {percent(fractionPpb / PPB, 2)}
          {solvent
            ? ` up to ${percent(limitPpm / PPM, 2)} of its value`
            : ` for at least ${usd(leastPayoutUusd)} USD of the fund`}
        </li>
      ))}
    </ul>
  );
}

/** What became of an account since its breach, also when it is over. */
function Steps({ id }: { id: string }) {
  const { answer } = usePolled<StepsAnswer>(
    `/tenor/v1/liquidations/${id}/steps?limit=200`,
    POLL_MS,
  ).value;
  if (answer === null) return null;
  if (answer.steps.length === 0) {
    return <Empty title="No steps">Nothing of this account is kept.</Empty>;
  }
  return (
    <ol class={css['steps']}>
      {answer.steps.toReversed().map(({ sequence, height, timeSeconds, happenings, more }) => (
        <li key={sequence}>
          <div class={css['when']}>
            <a href={addressOf('explorer', height)}>{Number(height).toLocaleString('en')}</a>
            <time>{moment(1_000 * Number(timeSeconds), timeZone.value)}</time>
          </div>
          <ul>
            {happenings.map((happening, i) => (
              <li key={i}>{sentenceOf(happening)}</li>
            ))}
            {more > 0 ? <li>And {more} more.</li> : null}
          </ul>
        </li>
      ))}
    </ol>
  );
}

interface AuctionPanelProps {
  readonly id: string;
  /** Whether the stream has it among those under liquidation. */
  readonly isFlagged: boolean;
}

/** An account under liquidation: what a bid would meet, who bids, and what was done so far. */
export function AuctionPanel({ id, isFlagged }: AuctionPanelProps) {
  // Of an account that is not flagged there is nothing to ask for.
  const path = isFlagged ? `/tenor/v1/liquidations/${id}/auction` : null;
  const { answer, error } = usePolled<AuctionAnswer>(path, POLL_MS).value;
  const auction = answer?.flag.auction;
  const solvent = auction !== undefined && isSolvent(auction);
  const isOver = !isFlagged || error !== '';
  return (
    <>
      <Panel
        title={`Account ${id}`}
        tools={
          isOver || answer === null ? null : (
            <Badge status={answer.terms?.isOpen === true ? 'live' : 'halted'}>
              {answer.terms?.isOpen === true ? 'open to bids' : 'waits for prices'}
            </Badge>
          )
        }
      >
        <div class={css['room']}>
          {isOver ? (
            <Empty title="Not under liquidation">
              {error === '' ? 'What was done with it is told below.' : error}
            </Empty>
          ) : answer === null ? null : (
            <>
              <p class={css['owner']}>
                {shortAddress(answer.flag.owner)}, subaccount {answer.flag.number}
                {auction === undefined ? '' : `, ${solvent ? 'solvent' : 'insolvent'} auction`}
              </p>
              {answer.terms === null ? null : <TermsOf terms={answer.terms} solvent={solvent} />}
              <Bids bids={answer.bids} solvent={solvent} />
              {answer.terms === null ? null : <BidForm flag={answer.flag} terms={answer.terms} />}
            </>
          )}
        </div>
      </Panel>
      <Panel title="What was done">
        <Steps id={id} />
      </Panel>
    </>
  );
}
