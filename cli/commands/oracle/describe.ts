import { FeedKind, FeedStatus } from '../../../proto/gen/tenor.oracle.v1.ts';
import { hexOf } from '../../../client/hex.ts';
import { queries } from '../../../client/queries.ts';
import type { Node } from '../../chain/node.ts';
import { enumName } from '../../output/json.ts';
import type { Output } from '../../output/output.ts';

export const right = (title: string) => ({ title, align: 'right' as const });

/** How long before a block's time the sources saw a value. */
export const ageText = (timeMs: bigint, seenMs: bigint): string =>
  `${(Number(timeMs - seenMs) / 1_000).toFixed(1)} s`;

export function colored(color: Output['color'], status: FeedStatus, text: string): string {
  if (status === FeedStatus.FEED_STATUS_LIVE) return color.green(text);
  return status === FeedStatus.FEED_STATUS_RECOVERING ? color.yellow(text) : color.red(text);
}

/** A part of a whole in percent; a dash when there is no whole. */
export function percent(part: bigint, whole: bigint): string {
  return whole === 0n ? '–' : `${((Number(part) / Number(whole)) * 100).toFixed(1)}%`;
}

/** What the validators of the chain are called, by consensus address. */
export async function monikers(node: Node): Promise<(consensusAddress: Uint8Array) => string> {
  const { validators } = await node.ask(queries.validators, {});
  const names = new Map(validators.map((v) => [hexOf(v.consensusAddress), v.moniker]));
  return (consensusAddress) => {
    const address = hexOf(consensusAddress);
    const name = names.get(address);
    return name === undefined || name === '' ? address.slice(0, 12) : name;
  };
}

/** What underlyings and stablecoins are called. */
export async function feedNames(node: Node): Promise<(kind: FeedKind, id: number) => string> {
  const { prices, coins } = await node.ask(queries.prices, {});
  return (kind, id) => {
    if (kind === FeedKind.FEED_KIND_STABLECOIN) {
      return coins.find((coin) => coin.stablecoinId === id)?.symbol ?? `stablecoin ${id}`;
    }
    const of = prices.find(({ price }) => price?.underlyingId === id)?.underlying;
    return `${of ?? `underlying ${id}`} ${enumName(FeedKind, kind)}`;
  };
}
