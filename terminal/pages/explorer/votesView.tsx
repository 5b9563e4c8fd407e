import { hexOfBase64 } from '../../format/hex.ts';
import { getJson } from '../../store/network.ts';
import { validatorName } from '../../store/validators.ts';
import type { Votes } from '../network/validatorTable.tsx';
import css from './explorerPage.module.css';
import { reportOf } from './reportOf.ts';
import { useAsked } from './useAsked.ts';

/** The votes that a block begins with: what each validator said of the markets. */
export function VotesView({ height }: { height: string }) {
  const path = `/tenor/v1/oracle/votes?height=${height}`;
  const { answer, error } = useAsked(path, () => getJson<Votes>(path)).value;
  if (error !== '') return <p class={css['note']}>This node keeps the votes of it no more.</p>;
  if (answer === null) return null;
  return (
    <ul class={css['told']}>
      {answer.votes.map((vote) => (
        <li key={vote.consensusAddress}>
          {validatorName(hexOfBase64(vote.consensusAddress))}{' '}
          {reportOf(vote, answer, Number(height))}
        </li>
      ))}
    </ul>
  );
}
