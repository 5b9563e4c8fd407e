import { FeedStatus, QueryPricesResponse } from '../proto/gen/tenor.oracle.v1.ts';
import { QuerySurfaceRequest, QuerySurfaceResponse } from '../proto/gen/tenor.oracle.v1.ts';
import { QueryVotesResponse, type ValidatorVotes } from '../proto/gen/tenor.oracle.v1.ts';
import type { NodeRecord } from './testnetJson.ts';

const REQUEST_TIMEOUT_MS = 2_000;
/** A validator takes part when its last report is at most this many blocks old. */
const REPORT_AGE_BLOCKS = 20n;

/** The value at a URL as JSON, or null when it does not answer with any. */
export async function getJson(url: string): Promise<unknown> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) });
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}

interface Status {
  result?: { sync_info?: { latest_block_height?: string } };
}

/** The last block that a node has, 0 when it does not answer. */
export async function heightOf(node: NodeRecord): Promise<number> {
  const status = (await getJson(`${node.rpc}/status`)) as Status | null;
  return Number(status?.result?.sync_info?.latest_block_height ?? 0);
}

interface QueryAnswer {
  result?: { response?: { code?: number; value?: string | null; height?: string } };
}

interface Answer {
  value: Uint8Array;
  height: bigint;
}

const NO_DATA: Uint8Array = new Uint8Array();

/** What a node's state answers to a query of the oracle, or null when it does not. */
async function ask(node: NodeRecord, method: string, request = NO_DATA): Promise<Answer | null> {
  const path = encodeURIComponent(`"/tenor.oracle.v1.Query/${method}"`);
  const data = request.length === 0 ? '' : `&data=0x${Buffer.from(request).toString('hex')}`;
  const answer = (await getJson(
    `${node.rpc}/abci_query?path=${path}${data}`,
  )) as QueryAnswer | null;
  const { code = 0, value, height = '0' } = answer?.result?.response ?? {};
  if (code !== 0 || typeof value !== 'string') return null;
  return { value: Buffer.from(value, 'base64'), height: BigInt(height) };
}

/** What there is of the market in one node's state. */
export interface MarketInState {
  /** A live price of every underlying. */
  prices: boolean;
  /** A volatility surface of every underlying. */
  surfaces: boolean;
  /** Validators that lately reported every price; state keeps no volatilities by validator. */
  reporting: number;
  validators: number;
}

const FRESH = new Set<FeedStatus>([FeedStatus.FEED_STATUS_LIVE, FeedStatus.FEED_STATUS_RECOVERING]);
const NOTHING: MarketInState = { prices: false, surfaces: false, reporting: 0, validators: 0 };

async function hasSurface(node: NodeRecord, underlying: string): Promise<boolean> {
  const request = QuerySurfaceRequest.encode({ underlying });
  const answer = await ask(node, 'Surface', request);
  if (answer === null) return false;
  return (QuerySurfaceResponse.decode(answer.value).surface?.rows.length ?? 0) > 0;
}

/** Has a validator lately reported a price of each of these underlyings? */
export function isReporting(
  { last, lastReportedHeight }: Pick<ValidatorVotes, 'last' | 'lastReportedHeight'>,
  underlyingIds: readonly number[],
  height: bigint,
): boolean {
  if (lastReportedHeight === undefined || lastReportedHeight + REPORT_AGE_BLOCKS < height) {
    return false;
  }
  return underlyingIds.every((id) =>
    last.some(({ underlyingId, indexUusd }) => underlyingId === id && indexUusd !== undefined),
  );
}

export async function marketInState(node: NodeRecord): Promise<MarketInState> {
  const [priced, voted] = await Promise.all([ask(node, 'Prices'), ask(node, 'Votes')]);
  if (priced === null || voted === null) return NOTHING;
  const { prices } = QueryPricesResponse.decode(priced.value);
  const { votes } = QueryVotesResponse.decode(voted.value);
  if (prices.length === 0) return { ...NOTHING, validators: votes.length };
  const surfaces = await Promise.all(prices.map(({ underlying }) => hasSurface(node, underlying)));
  const ids = prices.map(({ price }) => price?.underlyingId ?? 0);
  return {
    prices: prices.every(({ price }) => FRESH.has(price?.status ?? FeedStatus.FEED_STATUS_NONE)),
    surfaces: surfaces.every(Boolean),
    reporting: votes.filter((v) => isReporting(v, ids, voted.height)).length,
    validators: votes.length,
  };
}

/** Does a node's REST interface answer? */
async function serves(node: NodeRecord): Promise<boolean> {
  return (await getJson(`${node.rest}/tenor/v1/oracle/prices`)) !== null;
}

export interface Readiness {
  ready: boolean;
  /** For people: what is there so far. */
  text: string;
}

/** Where the start of a network stands. */
export async function readiness(nodes: readonly NodeRecord[]): Promise<Readiness> {
  const [heights, markets, served] = await Promise.all([
    Promise.all(nodes.map(heightOf)),
    Promise.all(nodes.map(marketInState)),
    Promise.all(nodes.map(serves)),
  ]);
  const count = (answers: boolean[]): string =>
    `${answers.filter(Boolean).length} of ${nodes.length}`;
  const reporting = markets.map((m) => m.validators > 0 && m.reporting === m.validators);
  const prices = markets.map((m) => m.prices);
  const surfaces = markets.map((m) => m.surfaces);
  const best = markets.reduce((a, b) => (b.reporting > a.reporting ? b : a), NOTHING);
  return {
    ready: [...prices, ...surfaces, ...reporting, ...served].every(Boolean),
    text: [
      `block ${heights.join(' ')}; live prices on ${count(prices)}, surfaces on ${count(surfaces)}`,
      `reports of ${best.reporting} of ${best.validators} validators, REST on ${count(served)}`,
    ].join(', '),
  };
}
