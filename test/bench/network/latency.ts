import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectComet } from '@cosmjs/tendermint-rpc';
import { BATCH_MAX, broadcast } from './rpc.ts';
import type { Lane } from './load.ts';

const GRACE_MS = 10_000;

const hashOf = (tx: Uint8Array) => createHash('sha256').update(tx).digest('base64');

/**
 * Sends at a steady rate; the milliseconds from sending a transaction to the news of its block at
 * the node it was sent to, in ascending order.
 */
export async function latencies(lanes: readonly Lane[], perSecond: number): Promise<number[]> {
  const sentAt = new Map<string, number>();
  const found: number[] = [];
  const watchers = await Promise.all(
    [...new Set(lanes.map(({ rpc }) => rpc))].map((rpc) => watch(rpc, sentAt, found)),
  );
  const started = performance.now();
  let sent = 0;
  const mayGo = () => sent <= ((performance.now() - started) / 1_000) * perSecond;
  await Promise.all(
    lanes.map(async ({ rpc, txs }) => {
      for (let at = 0; at < txs.length; at += BATCH_MAX) {
        while (!mayGo()) await sleep(2);
        const batch = txs.slice(at, at + BATCH_MAX);
        sent += batch.length;
        const now = performance.now();
        for (const tx of batch) sentAt.set(hashOf(tx), now);
        await broadcast(rpc, batch);
      }
    }),
  );
  for (const until = Date.now() + GRACE_MS; found.length < sent && Date.now() < until;) {
    await sleep(50);
  }
  for (const stop of watchers) stop();
  if (found.length < sent * 0.99) throw new Error(`${found.length} of ${sent} were committed`);
  return found.sort((a, b) => a - b);
}

/** Takes the times of one node's blocks; each transaction counts where it is seen first. */
async function watch(
  rpc: string,
  sentAt: Map<string, number>,
  found: number[],
): Promise<() => void> {
  const client = await connectComet(rpc.replace('http', 'ws'));
  const subscription = client.subscribeNewBlock().subscribe({
    next: ({ txs }) => {
      const now = performance.now();
      for (const tx of txs) {
        const hash = hashOf(tx);
        const at = sentAt.get(hash);
        if (at === undefined) continue;
        sentAt.delete(hash);
        found.push(now - at);
      }
    },
  });
  return () => {
    subscription.unsubscribe();
    client.disconnect();
  };
}
