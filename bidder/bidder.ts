import { AuctionKind } from '../proto/gen/tenor.liquidation.v1.ts';
import type { QueryAuctionResponse } from '../proto/gen/tenor.liquidation.v1.ts';
import type { Subaccount, SymbolPosition } from '../proto/gen/tenor.accounts.v1.ts';
import { ClientError, Refusal, queries } from '../client/index.ts';
import type { TenorClient } from '../client/index.ts';
import { decide, notionalsOf } from './decide.ts';
import type { Bid, Leg, Offer, Pass } from './decide.ts';
import type { Limits } from './limits.ts';
import { Market } from './market.ts';
import type { Report } from './report.ts';

/** Accounts under liquidation that are looked at in a round. */
const LOOKS = 20;
const PAGE = 200;
/** Pages of the list of those in a round: more than this is a market without a bottom. */
const MAX_PAGES = 5;
/** A bid that is in no block by then never will be. */
const BID_LIFE_SECONDS = 10;
const BID_WAIT_MS = 20_000;
/** After a refusal an account is left alone for two blocks, then four… */
const MAX_PATIENCE = 64;

interface Patience {
  readonly blocks: number;
  readonly untilHeight: number;
}

/**
 * Bids for accounts under liquidation, a round a block. What it holds and what it has bid for it
 * reads from the chain in every round, so that it can be stopped at any moment and begun again.
 */
export class Bidder {
  readonly #client: TenorClient;
  readonly #limits: Limits;
  readonly #report: Report;
  readonly #bidWaitMs: number;
  #height = 0;
  /**
   * A bid whose answer is lost, or of an earlier life, may still come: there is no other until this
   * time of the chain; 0: that is to be found in the next round.
   */
  #uncertainUntilMs: number | null = 0;
  /** Our bids that may wait, by account under liquidation: the first block they can be in. */
  readonly #waiting = new Map<bigint, number>();
  readonly #patience = new Map<bigint, Patience>();
  /** What was said last of an account, so that it is said once. */
  readonly #passes = new Map<bigint, Pass>();
  /** The account after which the next round's looks go on. */
  #after = 0n;

  /** @param bidWaitMs how long it waits for a bid's block before it takes the answer for lost */
  constructor(
    client: TenorClient,
    limits: Limits,
    report: Report,
    bidWaitMs: number = BID_WAIT_MS,
  ) {
    this.#client = client;
    this.#bidWaitMs = bidWaitMs;
    this.#limits = limits;
    this.#report = report;
  }

  /** Looks once, and bids; nothing when there is no new block. @throws ClientError */
  async round(): Promise<void> {
    const { syncInfo } = await this.#client.node.status();
    const height = syncInfo.latestBlockHeight;
    if (height <= this.#height) return;
    this.#height = height;
    const nowMs = syncInfo.latestBlockTime.getTime();
    if (this.#uncertainUntilMs === 0) this.#uncertainUntilMs = nowMs + BID_LIFE_SECONDS * 1_000;
    const ids = await this.#flagged();
    this.#forget(new Set(ids));
    if (this.#uncertainUntilMs !== null) {
      if (nowMs <= this.#uncertainUntilMs) return;
      for (const id of ids) this.#waiting.set(id, this.#waiting.get(id) ?? height + 1);
      this.#uncertainUntilMs = null;
    }
    if (ids.length === 0 && this.#waiting.size === 0) return;
    const account = await this.#own();
    if (account === null) return;
    // Bids that wait may fill: what there is room for is known once they have been cleared.
    if (await this.#isAnyWaiting(account.subaccount.id)) return;
    await this.#bidFor(ids, account);
  }

  /** The accounts of others under liquidation, by id. */
  async #flagged(): Promise<bigint[]> {
    const ids: bigint[] = [];
    let after = 0n;
    for (let page = 0; page < MAX_PAGES; page++) {
      const answer = await this.#client.ask(queries.liquidations, { page: { after, limit: PAGE } });
      for (const { subaccountId, owner, auction } of answer.flags) {
        if (owner !== this.#client.owner && auction !== undefined) ids.push(subaccountId);
      }
      if (answer.nextAfter === undefined) break;
      after = answer.nextAfter;
    }
    return ids;
  }

  #forget(flagged: ReadonlySet<bigint>): void {
    for (const map of [this.#patience, this.#passes]) {
      for (const id of map.keys()) if (!flagged.has(id)) map.delete(id);
    }
  }

  async #own(): Promise<{ subaccount: Subaccount; positions: SymbolPosition[] } | null> {
    const { owner, subaccount: number } = this.#client;
    try {
      const found = await this.#client.ask(queries.subaccount, { owner, number });
      const { subaccount, positions } = found;
      return subaccount === undefined ? null : { subaccount, positions };
    } catch (error) {
      if (error instanceof Refusal) return null;
      throw error;
    }
  }

  /** Looks after the bids that were sent, and tells what became of those that were cleared. */
  async #isAnyWaiting(ownId: bigint): Promise<boolean> {
    let any = false;
    for (const [id, fromHeight] of this.#waiting) {
      const auction = await this.#auction(id);
      if (auction?.bids.some(({ bidderId }) => bidderId === ownId) === true) {
        any = true;
        continue;
      }
      this.#waiting.delete(id);
      await this.#tellFills(id, fromHeight);
    }
    return any;
  }

  async #tellFills(id: bigint, fromHeight: number): Promise<void> {
    const { owner, subaccount } = this.#client;
    for (let height = fromHeight; height <= this.#height; height++) {
      for (const { type, attributes } of await this.#client.node.blockEvents(height)) {
        if (type !== 'liquidation_bid' || attributes['subaccount_id'] !== String(id)) continue;
        const isOurs =
          attributes['bidder'] === owner && attributes['bidder_subaccount'] === String(subaccount);
        if (!isOurs) continue;
        const filledPpb = BigInt(attributes['filled_ppb'] ?? '0');
        this.#report({ kind: 'cleared', height, accountId: id, filledPpb });
      }
    }
  }

  /** Null when it is not under liquidation any more. */
  async #auction(subaccountId: bigint): Promise<QueryAuctionResponse | null> {
    try {
      return await this.#client.ask(queries.auction, { subaccountId, owner: '', number: 0 });
    } catch (error) {
      if (error instanceof Refusal) return null;
      throw error;
    }
  }

  async #bidFor(
    ids: readonly bigint[],
    { positions }: { readonly positions: readonly SymbolPosition[] },
  ): Promise<void> {
    const open = ids.filter((id) => (this.#patience.get(id)?.untilHeight ?? 0) <= this.#height);
    if (open.length === 0) return;
    const market = await Market.read(this.#client.node);
    const held = await this.#legs(market, positions);
    const room = new Map<number, bigint>();
    if (held !== null) for (const [id, uusd] of notionalsOf(held)) room.set(id, -uusd);
    const roomOf = (id: number) => (room.get(id) ?? 0n) + this.#limits.maxNotionalUusd;
    const bids: { offer: Offer; bid: Bid }[] = [];
    for (const id of this.#next(open)) {
      const offer = await this.#offer(market, id);
      if (offer === null) continue;
      // Not to know what one holds is not to know what one can carry.
      const isKnown = held !== null && offer !== 'notLive';
      const decision = isKnown ? decide(offer, this.#limits, roomOf) : { pass: 'notLive' as const };
      if ('pass' in decision || offer === 'notLive') {
        this.#pass(id, 'pass' in decision ? decision.pass : 'notLive');
        continue;
      }
      for (const [u, uusd] of decision.bid.notionals) room.set(u, (room.get(u) ?? 0n) - uusd);
      bids.push({ offer, bid: decision.bid });
    }
    await Promise.all(bids.map(({ offer, bid }) => this.#send(offer, bid)));
  }

  /** Some of the accounts, on from where the round before ended. */
  #next(ids: readonly bigint[]): readonly bigint[] {
    const at = ids.findIndex((id) => id > this.#after);
    const turned = at === -1 ? ids : [...ids.slice(at), ...ids.slice(0, at)];
    const chosen = turned.slice(0, LOOKS);
    this.#after = chosen.at(-1) ?? 0n;
    return chosen;
  }

  async #offer(market: Market, id: bigint): Promise<Offer | 'notLive' | null> {
    const auction = await this.#auction(id);
    if (auction?.flag?.auction === undefined) return null;
    const { flag, terms } = auction;
    const { owner, number } = flag;
    if (terms === undefined) return 'notLive';
    const found = await this.#client.ask(queries.subaccount, { owner, number });
    const legs = await this.#legs(market, found.positions);
    if (legs === null) return 'notLive';
    const { version, kind } = flag.auction!;
    return {
      accountId: id,
      version,
      kind,
      terms,
      cashUusd: found.subaccount?.cashUusd ?? 0n,
      legs,
    };
  }

  /** Null where one of their prices is not live. */
  async #legs(market: Market, positions: readonly SymbolPosition[]): Promise<Leg[] | null> {
    const legs: Leg[] = [];
    for (const { symbol, position } of positions) {
      const { quantity } = position!;
      const valued = await market.value(symbol, quantity > 0n, this.#limits.volDoubt);
      if (valued === null || !valued.isLive) return null;
      legs.push({ ...valued, quantity });
    }
    return legs;
  }

  #pass(accountId: bigint, pass: Pass): void {
    if (this.#passes.get(accountId) === pass) return;
    this.#passes.set(accountId, pass);
    this.#report({ kind: 'passed', height: this.#height, accountId, why: pass });
  }

  async #send({ accountId, version, kind }: Offer, bid: Bid): Promise<void> {
    const { fractionPpb, limitPpm, leastPayoutUusd } = bid;
    const height = this.#height;
    const isInsolvent = kind === AuctionKind.AUCTION_KIND_INSOLVENT;
    this.#passes.delete(accountId);
    this.#report({ kind: 'bid', height, accountId, isInsolvent, ...bid });
    const terms = { liquidatedId: accountId, version, fractionPpb, limitPpm, leastPayoutUusd };
    try {
      const options = { lifeSeconds: BID_LIFE_SECONDS, waitMs: this.#bidWaitMs };
      this.#waiting.set(accountId, await this.#client.bid(terms, options));
      this.#patience.delete(accountId);
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      this.#failed(accountId, error);
    }
  }

  #failed(accountId: bigint, error: ClientError): void {
    if (!(error instanceof Refusal)) {
      // It may be in a block all the same, or come into one.
      this.#uncertainUntilMs = 0;
      this.#waiting.set(accountId, this.#height + 1);
      this.#report({ kind: 'lost', height: this.#height, accountId, message: error.message });
      return;
    }
    const blocks = Math.min((this.#patience.get(accountId)?.blocks ?? 1) * 2, MAX_PATIENCE);
    this.#patience.set(accountId, { blocks, untilHeight: this.#height + blocks });
    const { codespace, code, message } = error;
    this.#report({
      ...{ kind: 'refused', height: this.#height, accountId, codespace, code, message },
    });
  }
}
