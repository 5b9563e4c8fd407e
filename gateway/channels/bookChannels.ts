import type { StreamBook } from '../../client/index.ts';
import { contracts, usd } from '../rpc/decimal.ts';
import { badParam } from '../rpc/rpcError.ts';
import type { Services } from '../services.ts';
import { assertInterval } from './marketChannels.ts';
import type { Channel, Source } from './source.ts';

type Side = ReadonlyMap<number, number>;
type Change = ['new' | 'change' | 'delete', price: number, amount: number];

const GROUPS = ['none', '1', '2', '5', '10', '25', '50', '100', '250', '1000'];
const DEPTHS = [1, 10, 20];

const sideOf = (levels: StreamBook['bids']): Side =>
  new Map(
    Object.entries(levels).map(
      ([price, { quantity }]) => [usd(price), contracts(quantity)] as const,
    ),
  );

const byPrice = (isBid: boolean) => (a: readonly [number, number], b: readonly [number, number]) =>
  isBid ? b[0] - a[0] : a[0] - b[0];

const allNew = (side: Side, isBid: boolean): Change[] =>
  [...side].toSorted(byPrice(isBid)).map(([price, amount]) => ['new', price, amount]);

function changesOf(before: Side, after: Side): Change[] {
  const gone = [...before.keys()].filter((price) => !after.has(price));
  const others = [...after].filter(([price, amount]) => before.get(price) !== amount);
  return [
    ...gone.map((price): Change => ['delete', price, 0]),
    ...others.map(([price, amount]): Change => [
      before.has(price) ? 'change' : 'new',
      ...([price, amount] as const),
    ]),
  ];
}

interface Book {
  readonly bids: Side;
  readonly asks: Side;
}

const bookOf = ({ bids, asks }: StreamBook): Book => ({ bids: sideOf(bids), asks: sideOf(asks) });
const EMPTY: Book = { bids: new Map(), asks: new Map() };

/** Follows a book of the node's; `tell` is called with the book before and after. */
function following(
  { client, market }: Services,
  name: string,
  tell: (before: Book | null, after: Book) => void,
): () => void {
  const { symbol } = market.mustFind(name);
  let before: Book | null = null;
  return client.stream(`book:${symbol}`, (update) => {
    const isOver = update.type === 'ended' || update.type === 'error';
    const after = isOver ? EMPTY : bookOf(update.document);
    tell(before, after);
    before = after;
  });
}

/** A whole book first, then what changed, each with the number of the one before. */
function incremental(services: Services, asked: string): Source {
  const { name } = services.market.mustFind(asked);
  let book: Book | null = null;
  let changeId = 0;
  const head = () => ({ instrument_name: name, timestamp: services.market.timeMs });
  const whole = ({ bids, asks }: Book) => ({
    ...{ type: 'snapshot', ...head(), change_id: changeId },
    ...{ bids: allNew(bids, true), asks: allNew(asks, false) },
  });
  return {
    first: () => (book === null ? undefined : whole(book)),
    start: (emit) =>
      following(services, name, (before, after) => {
        book = after;
        if (before === null) {
          changeId = services.market.height;
          emit(whole(after));
          return;
        }
        const bids = changesOf(before.bids, after.bids);
        const asks = changesOf(before.asks, after.asks);
        if (bids.length + asks.length === 0) return;
        const ids = { prev_change_id: changeId, change_id: ++changeId };
        emit({ type: 'change', ...head(), ...ids, bids, asks });
      }),
  };
}

const incrementalBook: Channel = {
  pattern: 'book.{instrument_name}.{interval}',
  differs: 'told after each block that changed it, the best 200 prices a side',
  source(services, { instrument_name: name, interval }) {
    assertInterval(interval);
    return incremental(services, name!);
  },
};

/** Prices in steps of a group of the tick, away from the other side. */
function grouped(side: Side, isBid: boolean, step: number, depth: number): [number, number][] {
  const sums = new Map<number, number>();
  for (const [price, amount] of side) {
    const steps = step === 0 ? price : (isBid ? Math.floor : Math.ceil)(price / step) * step;
    sums.set(steps, (sums.get(steps) ?? 0) + amount);
  }
  return [...sums].toSorted(byPrice(isBid)).slice(0, depth);
}

const groupedBook: Channel = {
  pattern: 'book.{instrument_name}.{group}.{depth}.{interval}',
  differs: 'told after each block that changed it',
  source(services, { instrument_name: asked, group, depth, interval }) {
    assertInterval(interval);
    if (!GROUPS.includes(group!)) throw badParam('channels', `groups are ${GROUPS.join(', ')}`);
    const levels = Number(depth);
    if (!DEPTHS.includes(levels)) throw badParam('channels', `depths are ${DEPTHS.join(', ')}`);
    const { name, underlying } = services.market.mustFind(asked!);
    const tick = usd(services.market.rules(underlying).ticks[0]!.tickUusd);
    const step = group === 'none' ? 0 : Number(group) * tick;
    let book: Book | null = null;
    let changeId = 0;
    const told = ({ bids, asks }: Book) => ({
      ...{ instrument_name: name, timestamp: services.market.timeMs, change_id: changeId },
      ...{ bids: grouped(bids, true, step, levels), asks: grouped(asks, false, step, levels) },
    });
    return {
      first: () => (book === null ? undefined : told(book)),
      start: (emit) =>
        following(services, name, (_before, after) => {
          book = after;
          changeId++;
          emit(told(after));
        }),
    };
  },
};

export const bookChannels: readonly Channel[] = [incrementalBook, groupedBook];
