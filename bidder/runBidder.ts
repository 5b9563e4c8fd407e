import { ClientError, TenorClient, queries, sleep } from '../client/index.ts';
import type { TxSigner } from '../client/index.ts';
import { Bidder } from './bidder.ts';
import type { Limits } from './limits.ts';
import { Tally } from './report.ts';
import type { Report, Totals } from './report.ts';

export interface BidderOptions {
  /** A node's RPC. */
  readonly url: string;
  readonly signer: TxSigner;
  readonly chainId?: string;
  readonly subaccount: number;
  readonly limits: Limits;
  /** Deposited once, where the trading account does not exist yet. */
  readonly fundUusd?: bigint;
  readonly report: Report;
}

const POLL_MS = 500;
/** While a node does not answer. */
const [RETRY_MS, MAX_RETRY_MS] = [1_000, 15_000];

/**
 * Bids until the signal fires. A node that does not answer is asked again for as long as that
 * takes; what the chain refuses of the bidder itself ends it.
 * @throws ClientError wrongChain, or a refused deposit
 */
export async function runBidder(options: BidderOptions, signal: AbortSignal): Promise<Totals> {
  const tally = new Tally(options.report);
  const { totals } = await new Run(options, tally, signal).untilStopped();
  options.report({ kind: 'stopped', totals });
  return totals;
}

class Run {
  readonly #options: BidderOptions;
  readonly #tally: Tally;
  readonly #signal: AbortSignal;
  #retryMs = 0;

  constructor(options: BidderOptions, tally: Tally, signal: AbortSignal) {
    this.#options = options;
    this.#tally = tally;
    this.#signal = signal;
  }

  async untilStopped(): Promise<Tally> {
    const { url, signer, chainId, subaccount, limits } = this.#options;
    const named = chainId === undefined ? {} : { chainId };
    const client = await this.#patiently(() =>
      TenorClient.connect(url, { signer, subaccount, ...named }),
    );
    if (client === null) return this.#tally;
    await this.#patiently(() => this.#fund(client), ['unreachable', 'timeout']);
    this.#tally.add({ kind: 'started', owner: client.owner, subaccount });
    const bidder = new Bidder(client, limits, this.#tally.add);
    while (!this.#signal.aborted) {
      await this.#patiently(() => bidder.round());
      await sleep(POLL_MS, this.#signal);
    }
    return this.#tally;
  }

  /** Again and again while the node cannot be reached; null when it was stopped before. */
  async #patiently<T>(
    work: () => Promise<T>,
    passing: readonly ClientError['kind'][] = PASSING,
  ): Promise<T | null> {
    while (!this.#signal.aborted) {
      try {
        const done = await work();
        this.#retryMs = 0;
        return done;
      } catch (error) {
        const isPassing = error instanceof ClientError && passing.includes(error.kind);
        if (!isPassing) throw error;
        if (this.#retryMs === 0) this.#tally.add({ kind: 'trouble', message: error.message });
        this.#retryMs = Math.min(Math.max(this.#retryMs * 2, RETRY_MS), MAX_RETRY_MS);
        await sleep(this.#retryMs, this.#signal);
      }
    }
    return null;
  }

  async #fund(client: TenorClient): Promise<void> {
    const { fundUusd } = this.#options;
    if (fundUusd === undefined) return;
    const { owner, subaccount: number } = client;
    const { subaccounts } = await client.ask(queries.subaccounts, { owner });
    if (subaccounts.some((own) => own.number === number)) return;
    await client.deposit(fundUusd);
    this.#tally.add({ kind: 'deposited', amountUusd: fundUusd });
  }
}

/** What is no verdict on the bidder: a round that fails so is begun again. */
const PASSING = ['unreachable', 'timeout', 'badAnswer', 'refused'] as const;
