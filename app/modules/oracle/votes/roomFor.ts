import { EXPIRIES_VOTED } from '../core/expiriesVoted.ts';

/** An age, and a difference of as many bits as a price has. */
const PRICE_BYTES = 9;
const AGE_BYTES = 1;
/** What an expiry adds to its two ages: a difference, marks, and nine volatilities of 3 bytes. */
const EXPIRY_BYTES = 8 + 2 + 9 * 3;

/** How many underlyings and stablecoins are voted on. */
export interface VotedOn {
  readonly underlyings: number;
  readonly stablecoins: number;
}

/** Bytes of a vote that says every index and stablecoin, and of expiries nothing. */
const withoutExpiries = ({ underlyings, stablecoins }: VotedOn): number =>
  1 + underlyings * (PRICE_BYTES + EXPIRIES_VOTED * 2 * AGE_BYTES) + stablecoins * PRICE_BYTES;

/** Expiries that so many bytes have room for, however much they moved; below 0: not even that. */
export const expiriesThatFit = (votedOn: VotedOn, maxBytes: number): number =>
  Math.floor((maxBytes - withoutExpiries(votedOn)) / EXPIRY_BYTES);

/** Bytes in which each expiry is said within eight blocks: as many as underlyings at a time. */
export const leastBytes = (votedOn: VotedOn): number =>
  withoutExpiries(votedOn) + votedOn.underlyings * EXPIRY_BYTES;
