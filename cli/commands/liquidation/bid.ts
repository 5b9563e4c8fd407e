import { AuctionKind, MsgBidLiquidation } from '../../../proto/gen/tenor.liquidation.v1.ts';
import { parseUsd } from '../../amounts.ts';
import { msgOf } from '../../../client/signTx.ts';
import { CliError, exitCodes, usageError } from '../../errors.ts';
import type { TxFlags } from '../../session.ts';
import { showSent } from '../showSent.ts';
import { txOptions, type Verb } from '../verb.ts';
import { auctionOf } from './show.ts';

interface BidFlags extends TxFlags {
  readonly limit?: string;
  readonly leastPayout?: string;
}

/** A share from above 0 to 1 as typed, `0.25` or `25%`, in parts of `whole`. */
export function readShare(text: string, whole: number, what: string): number {
  const match = /^(\d{0,3}(?:\.\d{1,9})?)(%?)$/.exec(text);
  const value = match === null ? NaN : Number(match[1]) / (match[2] === '%' ? 100 : 1);
  const parts = Math.round(value * whole);
  if (parts > 0 && parts <= whole) return parts;
  throw usageError(`${what}: "${text.slice(0, 20)}" is no share.`, 'Write 0.25 or 25%.');
}

export const bid: Verb<BidFlags> = {
  usage: 'bid <account> <fraction>',
  description: 'bid for a fraction of an account under liquidation, with your cash and margin',
  examples: [
    'liquidation bid 17 0.25 --limit 0.97 --from mm',
    'liquidation bid 17 100% --least-payout 500usd --from mm',
  ],
  options: (command) =>
    txOptions(command)
      .option('--limit <share>', 'solvent: the highest multiple of the marked value you pay')
      .option('--least-payout <usd>', 'insolvent: the least the fund must pay for all of it'),
  async run(session, [who, text], flags) {
    const fractionPpb = readShare(text!, 1e9, 'Fraction');
    const node = await session.node();
    const { flag } = await auctionOf(session, node, who!);
    const auction = flag?.auction;
    if (flag === undefined || auction === undefined) {
      throw new CliError(exitCodes.refused, 'No auction is open of it.');
    }
    const isInsolvent = auction.kind === AuctionKind.AUCTION_KIND_INSOLVENT;
    const { limit, leastPayout } = flags;
    if (isInsolvent ? leastPayout === undefined : limit === undefined) {
      const option = isInsolvent ? '--least-payout' : '--limit';
      throw usageError(`Its auction is ${isInsolvent ? 'in' : ''}solvent: give ${option}.`);
    }
    const { name } = session.keys.find(session.keys.from());
    await session.confirm(`Bid for ${text} of account ${flag.subaccountId} with ${name}?`);
    const signer = await session.keys.signer();
    const msg = msgOf(MsgBidLiquidation, {
      ...{ sender: signer.address, subaccount: session.settings.subaccount, fractionPpb },
      ...{ liquidatedId: flag.subaccountId, version: auction.version },
      limitPpm: limit === undefined || isInsolvent ? 0 : readShare(limit, 1e6, 'Limit'),
      leastPayoutUusd: leastPayout === undefined || !isInsolvent ? 0n : parseUsd(leastPayout),
    });
    const fallback = `bid placed; it clears with its block: tenor liquidation show ${who}`;
    showSent(session, await session.send(signer, [msg], flags), fallback);
  },
};
