import type { Event } from 'cosmjs-types/tendermint/abci/types';
import { agree } from './model/disagreement.ts';
import type { Model } from './model/model.ts';
import type { Tally } from './tally.ts';

/** Entries and exits whose wait is over are carried out, one by one as the chain says. */
export function followFunds(
  model: Model,
  timeMs: number,
  events: readonly Event[],
  tally: Tally,
): void {
  const said = events
    .filter(({ type }) => type === 'fund_entered' || type === 'fund_left')
    .map(({ type, attributes }) => {
      const of = (key: string) => attributes.find((a) => a.key === key)?.value ?? '';
      return `${type} ${of('owner')} ${of('amount_uusd')} ${of('shares')}`;
    });
  const done = model.funds.carryOut(timeMs, (id) => model.atRisk(id));
  const own = done.map(({ request, amountUusd, shares }) => {
    const type = request.amountUusd > 0n ? 'fund_entered' : 'fund_left';
    const isIn = type === 'fund_entered' && shares > 0n;
    // What came in stays; of an entry without shares the coins went back.
    if (isIn) model.paidInUusd += amountUusd;
    else if (type === 'fund_left') model.paidInUusd -= amountUusd;
    return `${type} ${request.owner} ${amountUusd} ${shares}`;
  });
  agree(said.join('; ') === own.join('; '), `${said.join('; ')}, by the rules ${own.join('; ')}`);
  tally.underwritten += done.length;
}
