import {
  Expiry,
  ExpiryStatus,
  ListingCalendar,
  QuerySettlementResponse,
} from '../../../proto/gen/tenor.options.v1.ts';
import {
  formatExpiry,
  formatStrike,
  parseSymbol,
} from '../../../app/modules/options/core/index.ts';
import { formatPrice, formatQuantity, formatUsd } from '../../amounts.ts';
import { queries } from '../../../client/queries.ts';
import { usageError } from '../../errors.ts';
import { enumName, messageJson } from '../../output/json.ts';
import { expiryFirst, findSeries, readExpiry, topsOf } from '../series.ts';
import type { Verb } from '../verb.ts';
import {
  NONE,
  greekText,
  kindOf,
  markText,
  priceText,
  seriesJson,
  standingText,
  timeText,
  underlyingOf,
  volText,
} from './describe.ts';

/** Option time is actual/365. */
const DAYS_A_YEAR = 365;

const statusText = ({ status }: Expiry): string =>
  enumName(ExpiryStatus, status).replaceAll('_', ' ');

const settlementText = ({ settlementUusd }: Expiry): string =>
  settlementUusd === undefined ? NONE : formatPrice(settlementUusd);

export const marketShow: Verb = {
  usage: 'show <series>',
  description: 'a series: mark and band, Greeks, best prices, open interest',
  examples: ['market show BTC-27DEC26-100000-C'],
  async run(session, [text]) {
    const { out } = session;
    const node = await session.node();
    const { series, expiry } = await findSeries(node, text!);
    const symbol = text!.toUpperCase();
    const expiryJson = expiry === undefined ? null : messageJson(Expiry, expiry);
    if (series === undefined) {
      out.show({ series: null, expiry: expiryJson }, () =>
        out.fields([
          ['series', `${symbol}, expired ${timeText(parseSymbol(symbol)!.expirySeconds)}`],
          ['settled at', expiry === undefined ? NONE : settlementText(expiry)],
        ]),
      );
      return;
    }
    const request = { underlying: '', expirySeconds: 0n, symbol };
    const mark = (await node.ask(queries.marks, request)).marks[0];
    const top = (await topsOf(node, [series])).get(symbol);
    out.show({ series: seriesJson(series, mark, top), expiry: expiryJson }, () => {
      const band =
        mark === undefined
          ? NONE
          : `${formatUsd(mark.bandLowUusd)} to ${formatUsd(mark.bandHighUusd)}`;
      return out.fields([
        ['series', out.color.bold(symbol)],
        ['is a', `${underlyingOf(symbol)} ${kindOf(series)} at ${formatStrike(series.strikeUusd)}`],
        ['expires', timeText(series.expirySeconds)],
        ['status', expiry === undefined ? NONE : statusText(expiry)],
        ['mark', `${markText(mark)}   (orders trade within ${band})`],
        ['prices', standingText(out.color, mark)],
        ['forward', greekText(mark?.forward, 2)],
        ['implied vol', volText(mark)],
        ['delta', greekText(mark?.delta, 4)],
        ['gamma', greekText(mark?.gamma, 8)],
        ['vega', `${greekText(mark?.vega, 2, 100)} for each 1% of volatility`],
        ['theta', `${greekText(mark?.theta, 2, DAYS_A_YEAR)} a day`],
        ['bid', priceText(top?.bid)],
        ['ask', priceText(top?.ask)],
        ['open interest', formatQuantity(series.openInterest)],
      ]);
    });
  },
};

export const marketExpiries: Verb<{ readonly settled?: boolean }> = {
  usage: 'expiries [underlying]',
  description: 'expiries that are listed, or with --settled those that were',
  examples: ['market expiries', 'market expiries BTC --settled'],
  options: (command) => command.option('--settled', 'the last settled ones too, newest first'),
  async run(session, [underlying = ''], { settled = false }) {
    const { out } = session;
    if (settled && underlying === '') {
      throw usageError(
        '--settled needs an underlying.',
        'As in: tenor market expiries BTC --settled',
      );
    }
    const node = await session.node();
    const asked = {
      underlying: underlying.toUpperCase(),
      all: settled,
      beforeSeconds: 0n,
      limit: 50,
    };
    const { expiries } = await node.ask(queries.expiries, asked);
    const { prices } = await node.ask(queries.prices, {});
    const names = new Map(prices.map(({ underlying: name, price }) => [price?.underlyingId, name]));
    const nameOf = ({ underlyingId }: Expiry) => names.get(underlyingId) ?? String(underlyingId);
    const json = expiries.map((e) => ({ underlying: nameOf(e), ...messageJson(Expiry, e) }));
    out.show({ expiries: json }, () => {
      if (expiries.length === 0) return 'No expiries are listed.';
      const columns = [
        { title: 'UNDERLYING' },
        { title: 'EXPIRY' },
        { title: 'TIME' },
        { title: 'CALENDAR' },
        { title: 'STATUS' },
        { title: 'SETTLED AT', align: 'right' as const },
      ];
      const rows = expiries.map((e) => [
        nameOf(e),
        formatExpiry(e.expirySeconds),
        timeText(e.expirySeconds),
        enumName(ListingCalendar, e.calendar),
        statusText(e),
        settlementText(e),
      ]);
      return out.table(columns, rows);
    });
  },
};

export const marketSettlement: Verb = {
  usage: 'settlement <underlying> <expiry>',
  description: 'how the settlement price of an expiry comes about',
  examples: ['market settlement BTC 27DEC26'],
  async run(session, given) {
    const [text, underlying] = expiryFirst([given[1], given[0]]);
    const { out } = session;
    const node = await session.node();
    const request = {
      underlying: underlying!.toUpperCase(),
      expirySeconds: readExpiry(text!),
      ...{ afterTimeMs: 0n, limit: 1_000 },
    };
    const answer = await node.ask(queries.settlement, request);
    const { expiry, samples, note, requiredMs, nextAfterTimeMs } = answer;
    out.show(messageJson(QuerySettlementResponse, answer), () => {
      const covered = (expiry?.coveredMs ?? 0n) / 1_000n;
      const more = nextAfterTimeMs === undefined ? '' : ' or more';
      return out.fields([
        [
          'expiry',
          `${request.underlying} ${text!.toUpperCase()}, ${timeText(request.expirySeconds)}`,
        ],
        ['state', note],
        ['settled at', expiry === undefined ? NONE : settlementText(expiry)],
        ['samples', `${samples.length}${more}, ${covered} of ${requiredMs / 1_000n} seconds`],
      ]);
    });
  },
};
