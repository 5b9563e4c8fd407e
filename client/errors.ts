/** Why a call of the client failed; all errors that it throws itself are of this class. */
export class ClientError extends Error {
  override readonly name: string = 'ClientError';
  readonly kind: 'refused' | 'unreachable' | 'timeout' | 'wrongChain' | 'badAnswer';

  constructor(kind: ClientError['kind'], message: string) {
    super(message);
    this.kind = kind;
  }
}

/** What CheckTx, a block or a query said. */
export interface Admission {
  readonly code: number;
  readonly codespace: string;
  readonly log: string;
}

export interface TxPlace {
  readonly hash: string;
  readonly height: number;
}

/** The chain's own refusal, with its stable code; the message is its sentence. */
export class Refusal extends ClientError {
  override readonly name = 'Refusal';
  readonly codespace: string;
  readonly code: number;
  /** The transaction, when it is in a block. */
  readonly tx: TxPlace | null;

  constructor({ code, codespace, log }: Admission, tx: TxPlace | null = null) {
    // What gRPC puts before its sentences is for machines.
    super('refused', log.replace(/^rpc error: code = \w+ desc = /, ''));
    this.codespace = codespace;
    this.code = code;
    this.tx = tx;
  }

  is(codespace: string, code: number): boolean {
    return this.codespace === codespace && this.code === code;
  }
}

/**
 * The mempool took the transaction, and no block has it in time. It may still come, unless the
 * chain's clock has passed the time until which it was good.
 */
export class TxTimeout extends ClientError {
  override readonly name = 'TxTimeout';
  readonly hash: string;
  readonly mayCome: boolean;
  /** By the chain's clock, in Unix seconds; null: for ever. */
  readonly untilSeconds: number | null;

  constructor(hash: string, of: { waitMs: number; mayCome: boolean; untilSeconds: number | null }) {
    super('timeout', `Transaction ${hash} is in no block after ${of.waitMs / 1_000} seconds.`);
    this.hash = hash;
    this.mayCome = of.mayCome;
    this.untilSeconds = of.untilSeconds;
  }
}
