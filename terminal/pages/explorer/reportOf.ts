import { usd } from '../../format/amounts.ts';
import type { Votes } from '../network/validatorTable.tsx';

type Vote = Votes['votes'][number];

/** What a validator reported with the votes of a block, as a sentence. */
export function reportOf(vote: Vote, { prices }: Pick<Votes, 'prices'>, height: number): string {
  if (Number(vote.lastReportedHeight ?? 0) < height) return 'reported nothing that counts';
  const said = prices.flatMap(({ underlying, price }) => {
    const index = vote.last.find((one) => one.underlyingId === price?.underlyingId)?.indexUusd;
    return index === null || index === undefined ? [] : [`${underlying} ${usd(index)} USD`];
  });
  return said.length === 0 ? 'reported no index' : `reported ${said.join(', ')}`;
}
