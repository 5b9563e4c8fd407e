import type { Event } from 'cosmjs-types/tendermint/abci/types';
import { agree } from './model/disagreement.ts';
import type { Model } from './model/model.ts';
import type { Tally } from './tally.ts';

/** What a block took in fees reaches treasury, validators and referrers at its end (ADR 152). */
export function followFees(model: Model, events: readonly Event[], tally: Tally): void {
  const said = events.flatMap(({ type, attributes }) => {
    const of = (key: string) => attributes.find((a) => a.key === key)?.value ?? '';
    if (type === 'fees_collected') return [`${of('treasury_uusd')}+${of('validators_uusd')}`];
    return type === 'referrer_paid' ? [`${of('referrer')}: ${of('amount_uusd')}`] : [];
  });
  const { treasuryUusd, validatorsUusd, referrers } = model.fees.collect();
  const own = [...referrers].map(([referrer, uusd]) => `${referrer}: ${uusd}`);
  if (treasuryUusd + validatorsUusd > 0n) own.push(`${treasuryUusd}+${validatorsUusd}`);
  const [left, right] = [said, own].map((parts) => parts.sort().join('; '));
  agree(left === right, `fees went to ${left}, by the rules to ${right}`);
  tally.referred += referrers.size;
}
