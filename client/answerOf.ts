import { ClientError } from './errors.ts';
import { responseOf } from './outcome.ts';
import type { Outcome } from './outcome.ts';
import type { Sent } from './sender.ts';

type Answer<T> = Parameters<typeof responseOf<T>>[1];

/** What a message answered, of a transaction that was waited for. */
export function answerOf<T>(codec: Answer<T>, { hash, outcome }: Sent): T {
  const answer = outcome === null ? null : responseOf(outcome satisfies Outcome, codec);
  if (answer === null) throw new ClientError('badAnswer', `${hash}: no ${codec.typeUrl}`);
  return answer;
}
