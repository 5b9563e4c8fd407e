import { ClientError, Refusal, responseOf } from '../../client/index.ts';
import type { Msg, Outcome, TenorClient } from '../../client/index.ts';
import type { Codec } from '../../proto/codec.ts';
import { toJson } from '../../proto/json.ts';
import type { Market } from '../market/market.ts';
import { RpcError } from '../rpc/rpcError.ts';
import type { Log } from '../log.ts';

/** Clients give up after ten seconds. */
const WAIT_MS = 9_000;
/** By the chain's clock, which is a block or two behind: then no block takes it any more. */
const LIFE_SECONDS = 6;

/** A message with what is said of it in the log. */
export interface Signed<T> {
  readonly msg: Msg;
  readonly told: T;
}

/** Signs for the account and sends; says what, and what became of it. */
export class Signing {
  readonly #client: TenorClient;
  readonly #market: Market;
  readonly #log: Log;
  #count = 0;

  constructor(client: TenorClient, market: Market, log: Log) {
    this.#client = client;
    this.#market = market;
    this.#log = log;
  }

  /**
   * Sends messages in one transaction and waits for their block.
   * @throws RpcError systemMaintenance while the chain is lost; Refusal, TxTimeout
   */
  async send(msgs: readonly Signed<object>[], { isUnordered = false } = {}): Promise<Outcome> {
    if (!this.#market.isFollowing()) {
      const reason = 'the chain is not followed: nothing is sent until it is';
      throw new RpcError('systemMaintenance', { reason });
    }
    const number = ++this.#count;
    this.#log({ kind: 'signing', number, messages: msgs.map(({ told }) => toJson(told)) });
    try {
      const wait = { isUnordered, waitMs: WAIT_MS, lifeSeconds: LIFE_SECONDS };
      const { hash, outcome } = await this.#client.send(
        msgs.map(({ msg }) => msg),
        wait,
      );
      if (outcome === null) throw new ClientError('badAnswer', `${hash}: nobody waited for it`);
      this.#log({ kind: 'inBlock', number, tx: hash, height: outcome.height });
      return outcome;
    } catch (error) {
      const code = error instanceof Refusal ? { code: `${error.codespace}/${error.code}` } : {};
      this.#log({ kind: 'failed', number, ...code, reason: (error as Error).message });
      throw error;
    }
  }
}

/** The answer to a message of a transaction. */
export function mustAnswer<T>(outcome: Outcome, codec: Codec<T>): T {
  const answer = responseOf(outcome, codec);
  if (answer !== null) return answer;
  throw new ClientError('badAnswer', `${outcome.hash}: no ${codec.typeUrl}`);
}
