import { FeedStatus, QueryPricesResponse } from '../proto/gen/tenor.oracle.v1.ts';
import type { NodeRecord } from './testnetJson.ts';

const REQUEST_TIMEOUT_MS = 2_000;
/** Vote extensions of height 1 are in the block of height 2. */
export const FIRST_PRICED_HEIGHT = 2;

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
  result?: { response?: { code?: number; value?: string | null } };
}

/** Has a node's state a live price of every underlying? */
export async function hasLivePrices(node: NodeRecord): Promise<boolean> {
  const path = encodeURIComponent('"/tenor.oracle.v1.Query/Prices"');
  const answer = (await getJson(`${node.rpc}/abci_query?path=${path}`)) as QueryAnswer | null;
  const { code = 0, value } = answer?.result?.response ?? {};
  if (code !== 0 || typeof value !== 'string') return false;
  const { prices } = QueryPricesResponse.decode(Buffer.from(value, 'base64'));
  const live = prices.every(({ price }) => price?.status === FeedStatus.FEED_STATUS_LIVE);
  return prices.length > 0 && live;
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
  const heights = await Promise.all(nodes.map(heightOf));
  const priced = await Promise.all(nodes.map(hasLivePrices));
  const served = await Promise.all(nodes.map(serves));
  const count = (answers: boolean[]): string =>
    `${answers.filter(Boolean).length} of ${nodes.length}`;
  return {
    ready:
      heights.every((height) => height >= FIRST_PRICED_HEIGHT) &&
      [...priced, ...served].every(Boolean),
    text: `block ${heights.join(' ')}; live prices on ${count(priced)}, REST on ${count(served)}`,
  };
}
