import { count, expiry, money, part, secondsAt, size, text, who } from './toldParts.ts';
import type { Of, Sentences } from './toldParts.ts';

const account = (of: Of) => `account ${text(of, 'subaccount_id')}`;

/** Money, modes and sessions of accounts, settlements, liquidations and funds. */
export const toldAccounts: Sentences = {
  deposit: (of) => `${who(of, 'sender')} deposited ${money(of, 'amount_uusd')}`,
  withdraw: (of) => `${who(of, 'owner')} withdrew ${money(of, 'amount_uusd')}`,
  session_granted: (of) =>
    `${who(of, 'owner')} lets ${who(of, 'key')} trade until ${secondsAt(of, 'expires_seconds')}`,
  session_revoked: (of) => `${who(of, 'owner')} ended the session of ${who(of, 'key')}`,
  margin_mode: (of) => `${who(of, 'owner')} is margined by ${text(of, 'mode')} rules`,
  settlement: (of) =>
    `${who(of, 'owner')} was paid ${money(of, 'payout_uusd')} for ${expiry(of)} at ` +
    money(of, 'settlement_uusd'),
  deficit: (of) => `${account(of)} owes ${money(of, 'amount_uusd')}, with nothing left to close`,
  liquidation_flagged: (of) =>
    `${who(of, 'owner')} came under liquidation: maintenance margin ` +
    money(of, 'maintenance_uusd'),
  liquidation_step: (of) =>
    `positions of ${who(of, 'owner')} were reduced: maintenance margin ` +
    `${money(of, 'maintenance_before_uusd')} → ${money(of, 'maintenance_uusd')}`,
  liquidation_released: (of) =>
    `${who(of, 'owner')} is out of liquidation: maintenance margin ` +
    money(of, 'maintenance_uusd'),
  auction: (of) =>
    `the auction of ${account(of)} is at version ${text(of, 'version')}, ${text(of, 'kind')}`,
  liquidation_bid: (of) =>
    `${who(of, 'bidder')} bid for ${part(of, 'fraction_ppb', 'ppb')} of ${account(of)} and got ` +
    part(of, 'filled_ppb', 'ppb'),
  auction_slice: (of) =>
    `${who(of, 'bidder')} took ${count(of, 'legs')} positions of ${account(of)} over, with ` +
    `${money(of, 'cash_uusd')} of cash`,
  auction_cleared: (of) =>
    `${part(of, 'fraction_ppb', 'ppb')} of ${account(of)} went to bidders` +
    (of['price_ppm'] === undefined
      ? `; the fund paid ${money(of, 'fund_uusd')}`
      : ` at ${part(of, 'price_ppm', 'ppm')} of its value, for ${money(of, 'paid_uusd')}`),
  deleveraged: (of) =>
    `${size(of)} ${text(of, 'series')} of ${who(of, 'owner')} was closed against ` +
    `${who(of, 'counterparty')} at ${money(of, 'price_uusd')}`,
  loss_shared: (of) =>
    `${money(of, 'amount_uusd')} of a loss came from the gains of ${who(of, 'payer')}`,
  fees_collected: (of) =>
    `fees: ${money(of, 'validators_uusd')} to the validators, ` +
    `${money(of, 'treasury_uusd')} to the treasury`,
  referrer_set: (of) => `${who(of, 'owner')} named ${who(of, 'referrer')} as referrer`,
  referrer_paid: (of) =>
    `${who(of, 'referrer')} was paid ${money(of, 'amount_uusd')} for whom it referred`,
  fund_paid: (of) =>
    `the insurance fund paid ${money(of, 'amount_uusd')} for ${account(of)}; ` +
    `${money(of, 'balance_uusd')} are left`,
  fund_entered: (of) =>
    of['shares'] === undefined || of['shares'] === '0'
      ? `${money(of, 'amount_uusd')} for the insurance fund went back to ${who(of, 'owner')}`
      : `${who(of, 'owner')} put ${money(of, 'amount_uusd')} into the insurance fund`,
  fund_left: (of) =>
    `${who(of, 'owner')} took ${money(of, 'amount_uusd')} out of the insurance fund`,
};
