import type { Ledger } from './ledger.ts';

/** Where in the chain an event is. */
export interface At {
  readonly height: number;
  /** In its block, from 0, over all that it told. */
  readonly idx: number;
  readonly timeMs: number;
  readonly time: string;
  readonly txHash: string | null;
}

export type Attributes = Readonly<Record<string, string>>;

/** Takes one kind of event into the ledger. @throws LedgerError */
export type Handler = (ledger: Ledger, at: At, attributes: Attributes) => void;

export type Handlers = Readonly<Record<string, Handler>>;

/** An amount that may be left out. */
export const amountOf = (text: string | undefined): bigint => BigInt(text ?? '0');
