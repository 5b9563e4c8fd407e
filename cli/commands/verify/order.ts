import { OrderRecord, Side } from '../../../proto/gen/tenor.clob.v1.ts';
import { Book } from '../../../app/modules/clob/core/index.ts';
import { CONTRACT_DECIMALS } from '../../../app/lib/amountText.ts';
import { formatPrice, formatQuantity } from '../../amounts.ts';
import { records } from '../../../app/lib/records.ts';
import { LightError } from '../../../light/index.ts';
import type { VerifiedState } from '../../../light/index.ts';
import { usageError } from '../../errors.ts';
import { Light, lightOptions } from '../../light/openLight.ts';
import type { LightFlags } from '../../light/openLight.ts';
import { enumName, messageJson, withDecimal } from '../../output/json.ts';
import type { Verb } from '../verb.ts';
import { showVerified } from './describe.ts';

/** Pages of a book that are fetched to prove what is left of an order. */
const MAX_PAGES = 256;
/** Where a book's page 0 has the number of its orders (app/modules/clob/core/pages.ts). */
const ORDER_COUNT_AT = 16;

export const verifyOrder: Verb<LightFlags> = {
  usage: 'order <id>',
  description: 'that an order rests in its book, and what is left of it; or that it does not',
  examples: ['verify order 12'],
  options: lightOptions,
  async run(session, [text], flags) {
    if (!/^[1-9]\d{0,18}$/.test(text!)) throw usageError(`"${text}" is not the id of an order.`);
    const id = BigInt(text!);
    const light = await Light.open(session, flags);
    const [found, state, ground] = await light.state((view) => prove(view, id));
    if (found === null) {
      const sentence = `order ${id} does not rest: it was filled, cancelled or never placed`;
      showVerified(session.out, { id: text, order: null }, sentence, state, ground);
      return;
    }
    const { record, owner, symbol, remaining } = found;
    const order = {
      ...{ id: text, owner, series: symbol, ...messageJson(OrderRecord, record) },
      ...withDecimal('remaining', remaining, CONTRACT_DECIMALS),
    };
    const side = enumName(Side, record.side);
    const size = `${formatQuantity(remaining)} of ${formatQuantity(record.quantity)}`;
    const limit = `${symbol} at ${formatPrice(record.priceUusd)}`;
    const sentence = `order ${id} of ${owner} rests: ${side} ${size} ${limit}`;
    showVerified(session.out, { order }, sentence, state, ground);
  },
};

interface Found {
  readonly record: OrderRecord;
  readonly owner: string;
  readonly symbol: string;
  readonly remaining: bigint;
}

async function prove(view: VerifiedState, id: bigint): Promise<Found | null> {
  const record = await view.get(records.orders, id);
  if (record === undefined) return null;
  const subaccount = await view.get(records.subaccounts, record.subaccountId);
  const series = await view.get(records.series, record.seriesId);
  const book = Book.load(await provePages(view, record.seriesId));
  const order = book.order(Number(id));
  if (subaccount === undefined || series === undefined || order === null) {
    throw new LightError('lie', `order ${id} rests without its account, series or place`);
  }
  const { owner } = subaccount;
  return { record, owner, symbol: series.symbol, remaining: BigInt(order.size) };
}

/** All pages of a book, each proved; pages without orders are proved absent. */
async function provePages(view: VerifiedState, seriesId: bigint): Promise<[number, Uint8Array][]> {
  const header = await view.get(records.bookPages, [seriesId, 0]);
  if (header === undefined) throw new LightError('lie', `series ${seriesId} has no book`);
  const count = Buffer.from(header).readUInt32LE(ORDER_COUNT_AT);
  const pages: [number, Uint8Array][] = [[0, header]];
  const emptyRecord = Buffer.alloc(48);
  for (let page = 1, seen = 0; seen < count; page++) {
    if (page > MAX_PAGES) {
      const text = `the book has over ${MAX_PAGES} pages, too many to fetch`;
      throw new LightError('unprovable', text);
    }
    const bytes = await view.get(records.bookPages, [seriesId, page]);
    if (bytes === undefined) continue;
    pages.push([page, bytes]);
    for (let at = 0; at < bytes.length; at += emptyRecord.length) {
      if (!emptyRecord.equals(bytes.subarray(at, at + emptyRecord.length))) seen++;
    }
  }
  return pages;
}
