import type { MessageInfo } from '../../proto/codec.ts';
import * as accounts from '../../proto/gen/tenor.accounts.v1.ts';
import * as clob from '../../proto/gen/tenor.clob.v1.ts';
import * as liquidation from '../../proto/gen/tenor.liquidation.v1.ts';
import * as margin from '../../proto/gen/tenor.margin.v1.ts';
import * as options from '../../proto/gen/tenor.options.v1.ts';
import * as oracle from '../../proto/gen/tenor.oracle.v1.ts';
import { FEED_STATUSES } from '../describe.ts';
import { int64, integer, list, object, oneOf, string } from '../openapi/schema.ts';
import type { Schema } from '../openapi/schema.ts';
import type { Shapes, WholeShapes } from './shapes.ts';

/** A kind of channel as AsyncAPI tells of it. */
export interface Described {
  /** Its name, with what it is a channel of. */
  readonly name: string;
  /** What names match. */
  readonly pattern: string;
  readonly summary: string;
  readonly document: (shapes: Shapes) => Schema;
  /** Absent where events say all. */
  readonly isPatched: boolean;
  readonly events?: () => Schema;
}

const UNDERLYING = '[A-Z0-9]{1,16}';
const SERIES = `${UNDERLYING}-[A-Z0-9]{5,16}(-[0-9.]{1,20}-[CP])?`;
const price = (shapes: Shapes, level: Schema) => ({
  ...{ symbol: string, bids: shapes.by(level), asks: shapes.by(level) },
});

/** By the name of a kind; `book:orders` is one of its own. */
export const described: Readonly<Record<string, Described>> = {
  book: {
    ...{ name: 'book:{series}', pattern: `^book:${SERIES}$`, isPatched: true },
    summary: 'The best 200 prices of a side: quantity and number of orders, by price.',
    document: (shapes) =>
      shapes.object(price(shapes, shapes.object({ quantity: int64, orders: integer }))),
  },
  'book:orders': {
    ...{ name: 'book:{series}:orders', pattern: `^book:${SERIES}:orders$`, isPatched: true },
    summary:
      'The best 1,000 orders of a side: id and remaining, in the order of trading, by price.',
    document: (shapes) => {
      const order = { type: 'array', items: int64, minItems: 2, maxItems: 2 };
      return shapes.object(price(shapes, list(order)));
    },
  },
  trades: {
    ...{ name: 'trades:{market}', pattern: `^trades:(${UNDERLYING}|${SERIES})$`, isPatched: false },
    summary: 'Of an underlying or a series: the last 100 trades, newest first; then each.',
    document: () => object({ trades: list(TRADE) }),
    events: () => object({ trades: list(TRADE) }),
  },
  ticker: {
    ...{ name: 'ticker:{market}', pattern: `^ticker:(${UNDERLYING}|${SERIES})$`, isPatched: true },
    summary: 'Of an underlying or a series: mark, volatility, Greeks, best prices, open interest.',
    document: (shapes) => shapes.object({ series: shapes.by(series(shapes)) }),
  },
  account: {
    ...{ name: 'account:{address}', pattern: '^account:tenor1[0-9a-z]{38,58}$', isPatched: true },
    summary: 'All subaccounts of an owner; its fills, transactions, and what happened to it.',
    document: (shapes) =>
      shapes.object({ owner: string, subaccounts: shapes.by(subaccount(shapes)) }),
    events: () => {
      const tx = object({ hash: string, code: integer, codespace: string, log: string });
      return object({ fills: list(TRADE), events: list(EVENT), txs: list(tx) });
    },
  },
  oracle: {
    ...{ name: 'oracle:{underlying}', pattern: `^oracle:${UNDERLYING}$`, isPatched: true },
    summary: 'The index, and the 30-day volatility index.',
    document: (shapes) =>
      shapes.object(
        {
          ...{ underlying: string, price: shapes.ref(oracle.Price) },
          volIndex: shapes.ref(oracle.VolIndex),
        },
        ['price', 'volIndex'],
      ),
  },
  surface: {
    ...{ name: 'surface:{underlying}', pattern: `^surface:${UNDERLYING}$`, isPatched: true },
    summary: 'The volatility surface, and smiles by expiry.',
    document: (shapes) =>
      shapes.object(
        {
          ...{ underlying: string, surface: shapes.ref(oracle.Surface) },
          smiles: shapes.by(shapes.ref(oracle.Smile)),
        },
        ['surface'],
      ),
  },
  liquidations: {
    ...{ name: 'liquidations', pattern: '^liquidations$', isPatched: true },
    summary: 'Accounts under liquidation with their auctions, and what happens to them.',
    document: (shapes) =>
      shapes.object({
        flags: shapes.by(shapes.ref(liquidation.Flag)),
        deficits: shapes.by(shapes.ref(liquidation.Deficit)),
      }),
    events: () => object({ events: list(EVENT) }),
  },
  blocks: {
    ...{ name: 'blocks', pattern: '^blocks$', isPatched: false },
    summary: 'Each block as it is committed.',
    document: () => object({ blocks: list(BLOCK) }),
    events: () => object({ blocks: list(BLOCK) }),
  },
};

const BLOCK = object({
  ...{ height: int64, timeMs: int64, appHash: string, txs: integer, failedTxs: integer },
});

/** docs/events.md has their attributes. */
const EVENT = object(
  { event: string, tx: string, attributes: { type: 'object', additionalProperties: string } },
  ['tx'],
);

const TRADE: Schema = { $ref: '#/components/schemas/Trade' };

/** As `/tenor/v1/trades` has it, without the id of the series. */
export const trade = (whole: WholeShapes): Schema =>
  whole.extended(clob.Trade, {}, { without: ['seriesId'] });

/** As `/tenor/v1/markets` has it. */
function series(shapes: Shapes): Schema {
  const others = { kind: oneOf(['none', 'call', 'put']), expiry: string, openInterest: int64 };
  const mark = shapes.extended(margin.Mark, { statusName: oneOf(FEED_STATUSES) });
  const best = {
    bid: within(shapes, clob.BestPrices.fields, 'bid'),
    ask: within(shapes, clob.BestPrices.fields, 'ask'),
  };
  const absent = ['mark', 'bid', 'ask'];
  return shapes.extended(options.Series, { ...others, mark, ...best }, { absent });
}

/** The message of a field. */
const within = (shapes: Shapes, fields: MessageInfo['fields'], name: string) =>
  shapes.ref(fields.find((field) => field.name === name)!.message!());

function subaccount(shapes: Shapes): Schema {
  const by = (info: MessageInfo['fields'], name: string) => shapes.by(within(shapes, info, name));
  const of = accounts.QuerySubaccountResponse.fields;
  return shapes.object(
    {
      subaccount: within(shapes, of, 'subaccount'),
      positions: by(of, 'positions'),
      orders: by(clob.QueryOrdersResponse.fields, 'orders'),
      triggers: by(clob.QueryTriggersResponse.fields, 'triggers'),
      quotes: by(clob.QueryQuotesResponse.fields, 'quotes'),
      quoteGroups: shapes.by(shapes.ref(clob.QuoteGroupState)),
      quotesReservedUusd: int64,
      deadManSwitch: shapes.ref(clob.DeadManSwitch),
      margin: within(shapes, margin.QueryMarginResponse.fields, 'margin'),
      liquidation: shapes.ref(liquidation.QueryAuctionResponse),
    },
    ['deadManSwitch', 'margin', 'liquidation'],
  );
}
