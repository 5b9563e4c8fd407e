import { FeedKind, FeedStatus } from '../../../proto/gen/tenor.oracle.v1.ts';
import { queries } from '../../../client/queries.ts';
import type { Node } from '../../chain/node.ts';
import { enumName } from '../../output/json.ts';
import type { Output } from '../../output/output.ts';
import { ageText, colored } from './describe.ts';

/** How an index stands, and so many of its forwards and surfaces in each status. */
export interface FeedCounts {
  readonly underlying: string;
  readonly index: string;
  readonly indexAgeMs: string | null;
  readonly forwards: Readonly<Record<string, number>>;
  readonly surfaces: Readonly<Record<string, number>>;
}

/** Of every underlying. */
export async function feedCounts(node: Node): Promise<FeedCounts[]> {
  const { prices, timeMs } = await node.ask(queries.prices, {});
  return Promise.all(
    prices.map(async ({ underlying, price }) => {
      const { feeds } = await node.ask(queries.surface, { underlying });
      const count = (kind: FeedKind) => {
        const counts: Record<string, number> = {};
        for (const feed of feeds.filter((f) => f.kind === kind)) {
          const status = enumName(FeedStatus, feed.status);
          counts[status] = (counts[status] ?? 0) + 1;
        }
        return counts;
      };
      return {
        underlying,
        index: enumName(FeedStatus, price?.status ?? FeedStatus.FEED_STATUS_NONE),
        indexAgeMs: price === undefined ? null : String(timeMs - price.seenMs),
        forwards: count(FeedKind.FEED_KIND_FORWARD),
        surfaces: count(FeedKind.FEED_KIND_SURFACE),
      };
    }),
  );
}

const STATUSES = new Map<string, FeedStatus>(
  Object.values(FeedStatus).map((status) => [enumName(FeedStatus, status), status]),
);

/** A table of them. */
export function feedTable(out: Output, all: readonly FeedCounts[]): ReturnType<Output['table']> {
  const inColor = (status: string, text: string) =>
    colored(out.color, STATUSES.get(status) ?? FeedStatus.FEED_STATUS_NONE, text);
  const counts = (of: Readonly<Record<string, number>>): string => {
    const parts = Object.entries(of).map(([status, n]) => inColor(status, `${n} ${status}`));
    return parts.length === 0 ? 'none' : parts.join(', ');
  };
  const rows = all.map(({ underlying, index, indexAgeMs, forwards, surfaces }) => [
    underlying,
    inColor(index, index),
    indexAgeMs === null ? '–' : ageText(BigInt(indexAgeMs), 0n),
    counts(forwards),
    counts(surfaces),
  ]);
  const right = { title: 'AGE', align: 'right' as const };
  return out.table(
    [
      { title: 'PRICES OF' },
      { title: 'INDEX' },
      right,
      { title: 'FORWARDS' },
      { title: 'SURFACES' },
    ],
    rows,
  );
}
