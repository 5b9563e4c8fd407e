import { shortAddress } from '../../format/address.ts';
import { contracts, percent, usd } from '../../format/amounts.ts';
import type { Step } from './liquidationData.ts';
import { PPB, PPM } from './liquidationData.ts';

type Happening = Step['happenings'][number];
type Attributes = Readonly<Record<string, string | undefined>>;

const dollars = (uusd: string | undefined) => `${usd(uusd)} USD`;
const part = (ppm: string | undefined) => percent(Number(ppm ?? 0) / PPM, 2);
const whole = (ppb: string | undefined) => percent(Number(ppb ?? 0) / PPB, 2);

/** What each event of a liquidation says, as a sentence. */
const SENTENCES: Readonly<Record<string, (of: Attributes) => string>> = {
  liquidation_flagged: (of) =>
    `Breached: maintenance margin ${dollars(of['maintenance_uusd'])}. Open orders were cancelled.`,
  auction: (of) => `Auction version ${of['version'] ?? ''} began, ${of['kind'] ?? ''}.`,
  liquidation_bid: (of) =>
    `${shortAddress(of['bidder'] ?? '')} bid for ${whole(of['fraction_ppb'])} and got ` +
    `${whole(of['filled_ppb'])}.`,
  auction_cleared: (of) =>
    of['price_ppm'] === undefined
      ? `${whole(of['fraction_ppb'])} went to bidders; the fund paid ${dollars(of['fund_uusd'])}.`
      : `${whole(of['fraction_ppb'])} sold at ${part(of['price_ppm'])} of its ` +
        `value for ${dollars(of['paid_uusd'])}.`,
  liquidation_step: (of) =>
    `Reduced in the book: maintenance margin ${dollars(of['maintenance_before_uusd'])} → ` +
    `${dollars(of['maintenance_uusd'])}.`,
  trade: (of) =>
    `Traded ${contracts(of['quantity'])} ${of['series'] ?? ''} at ${usd(of['price_uusd'])}.`,
  deleveraged: (of) =>
    `${contracts(of['quantity'])} ${of['series'] ?? ''} closed against ` +
    `${shortAddress(of['counterparty'] ?? '')} at ${usd(of['price_uusd'])}.`,
  fund_paid: (of) => `The insurance fund paid ${dollars(of['amount_uusd'])}.`,
  loss_shared: (of) =>
    `${dollars(of['amount_uusd'])} came from the gains of ${shortAddress(of['payer'] ?? '')}.`,
  deficit: (of) => `It owes ${dollars(of['amount_uusd'])}, with nothing left to close.`,
  liquidation_released: (of) =>
    `Released: maintenance margin ${dollars(of['maintenance_uusd'])}. It is its owner's again.`,
};

/** An event that has no sentence is told by its name. */
export function sentenceOf({ type, attributes }: Happening): string {
  const of = Object.fromEntries(attributes.map(({ key, value }) => [key, value]));
  return SENTENCES[type]?.(of) ?? `${type.replaceAll('_', ' ')}.`;
}
