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

interface Prices {
  prices?: { price?: string | null; live?: boolean }[];
}

/** Does a node serve a live price of every underlying? */
export async function hasLivePrices(node: NodeRecord): Promise<boolean> {
  const answer = (await getJson(`${node.rest}/tenor/v1/oracle/prices`)) as Prices | null;
  const prices = answer?.prices ?? [];
  return prices.length > 0 && prices.every(({ price, live }) => live !== false && Boolean(price));
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
  const ready = heights.every((height) => height >= FIRST_PRICED_HEIGHT) && priced.every(Boolean);
  const count = priced.filter(Boolean).length;
  return {
    ready,
    text: `block ${heights.join(' ')}; live prices on ${count} of ${nodes.length}`,
  };
}
