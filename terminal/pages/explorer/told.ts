import { coinText } from '../../../app/lib/amountText.ts';
import { toldAccounts } from './toldAccounts.ts';
import { toldMarkets } from './toldMarkets.ts';
import { toldOrders } from './toldOrders.ts';
import { who } from './toldParts.ts';
import type { Of, Sentences } from './toldParts.ts';

/** An event of a block, its attributes by key. */
export interface ToldEvent {
  readonly type: string;
  readonly attributes: Of;
}

/** `1000uusd,5utenor` as people say it. */
const coins = (amount: string | undefined): string =>
  (amount ?? '')
    .split(',')
    .map((each) => {
      const [, units, denom] = /^(\d+)(\D.*)$/.exec(each) ?? [];
      return units === undefined ? each : coinText(BigInt(units), denom!);
    })
    .join(', ');

const SENTENCES: Sentences = {
  transfer: (of) => `${who(of, 'sender')} sent ${coins(of['amount'])} to ${who(of, 'recipient')}`,
  ...toldOrders,
  ...toldAccounts,
  ...toldMarkets,
};

/** What others say of an event already, or what every transaction or block has. */
export const QUIET: ReadonlySet<string> = new Set([
  ...['tx', 'message', 'coin_spent', 'coin_received', 'transactions'],
]);

/** What happened, a sentence an event; events without one are told by name and attributes. */
export function sentencesOf(events: readonly ToldEvent[]): string[] {
  return events.flatMap(({ type, attributes }) => {
    if (QUIET.has(type)) return [];
    const known = SENTENCES[type];
    if (known !== undefined) return [known(attributes)];
    const rest = Object.entries(attributes).filter(([key]) => key !== 'msg_index');
    return [`${type}: ${rest.map(([key, value]) => `${key} ${value ?? ''}`).join(', ')}`];
  });
}
