import { computed, signal } from '@preact/signals';
import { connectStreams } from './streams.ts';

/** What the node says of its network: `/terminal.json`. */
export interface Network {
  readonly chainId: string;
  /** Where the read sides of nodes are; the one that served the page first. */
  readonly nodes: readonly string[];
  /** Where an indexer answers; empty when the node knows of none. */
  readonly history: string;
  /** Whether it hands out the keys of its test accounts: local networks do. */
  readonly testAccounts: boolean;
}

const RETRY_MS = 1_000;

export const network = signal<Network | null>(null);
/** What options there are on. */
export const underlyings = signal<readonly string[]>([]);
const nodeIndex = signal(0);

/** The read side that is asked: another one once this is gone. */
export const node = computed(() => network.value?.nodes[nodeIndex.value] ?? location.origin);

/** Finds the network, and opens the connection that everything lives on. */
export async function start(): Promise<void> {
  for (;;) {
    try {
      const answer = await fetch('terminal.json');
      if (answer.ok) network.value = (await answer.json()) as Network;
    } catch {
      // The node is not there (yet); the page says so.
    }
    if (network.value !== null) break;
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
  const { nodes } = network.value;
  connectStreams(nodes, (index) => (nodeIndex.value = index));
  await findUnderlyings();
}

async function findUnderlyings(): Promise<void> {
  interface Prices {
    readonly prices: readonly { readonly underlying: string }[];
  }
  while (underlyings.value.length === 0) {
    const answer = await getJson<Prices>('/tenor/v1/oracle/prices').catch(() => null);
    if (answer !== null) underlyings.value = answer.prices.map(({ underlying }) => underlying);
    else await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

/** Of paths that an indexer answers: a node forgets. */
const HISTORY = '/tenor/v1/history/';

/** What REST answers. @throws Error with the node's own sentence */
export async function getJson<T>(path: string): Promise<T> {
  const history = network.value?.history ?? '';
  const isPast = path.startsWith(HISTORY);
  if (isPast && history === '') throw new Error('This node names no indexer: it keeps no history.');
  const answer = await fetch(`${isPast ? history : node.value}${path}`);
  const body = (await answer.json()) as T & { error?: string };
  if (!answer.ok) throw new Error(body.error ?? `the node answered ${answer.status}`);
  return body;
}
