import * as oracle from '../proto/gen/tenor.oracle.v1.ts';
import { formatExpiry, isNameable } from '../app/modules/options/core/index.ts';
import { FEED_STATUSES } from './describe.ts';
import { BadRequest, text } from './params.ts';
import type { Reader } from './port.ts';
import type { Route } from './route.ts';

const KINDS = ['none', 'index', 'forward', 'surface', 'stablecoin'] as const;
const FINDINGS = ['none', 'missing', 'far', 'lagging', 'leaving_out'] as const;
const SUBJECTS = ['none', 'index', 'options', 'stablecoin'] as const;
const STATES = ['none', 'used', 'stale', 'deviates', 'failing', 'unpriced'] as const;
const METHODS = ['none', 'interpolated', 'nearest'] as const;
const VENUES = Object.fromEntries(
  Object.entries(oracle.Venue).map(([name, venue]) => [
    venue,
    name.slice('VENUE_'.length).toLowerCase(),
  ]),
);

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase();

/** A consensus address, as `Query/Validators` and the engine write it. */
function consensusAddress(value: string): Uint8Array {
  if (!/^[0-9A-Fa-f]{40}$/.test(value)) {
    throw new BadRequest('validator must be a consensus address: 40 hexadecimal digits');
  }
  return Buffer.from(value, 'hex');
}

/** An underlying has no price before its first quorum. */
function describePrices(prices: readonly oracle.NamedPrice[], timeMs?: bigint) {
  return prices.map(({ underlying, price }) => ({
    underlying,
    price:
      price === undefined
        ? null
        : {
            ...price,
            statusName: FEED_STATUSES[price.status],
            ...(timeMs === undefined ? {} : { ageMs: timeMs - price.seenMs }),
          },
  }));
}

/** What stands behind a forward, the volatilities of an expiry, or a stablecoin. */
function describeFeed(feed: oracle.FeedState, timeMs: bigint) {
  const { expirySeconds, priceUusd, volsBp, ...rest } = feed;
  const isNamed = expirySeconds > 0n && isNameable(expirySeconds);
  return {
    ...rest,
    kind: KINDS[feed.kind],
    statusName: FEED_STATUSES[feed.status],
    ageMs: timeMs - feed.seenMs,
    expirySeconds: expirySeconds === 0n ? null : expirySeconds,
    expiry: isNamed ? formatExpiry(expirySeconds) : null,
    priceUusd: priceUusd === 0n ? null : priceUusd,
    volsBp: volsBp.length === 0 ? null : volsBp,
  };
}

function describeVolIndex(index: oracle.VolIndex, timeMs: bigint) {
  return {
    ...index,
    method: METHODS[index.method],
    statusName: FEED_STATUSES[index.status],
    ageMs: timeMs - index.seenMs,
    expiries: index.expiries.map((of) => ({
      ...of,
      expiry: isNameable(of.expirySeconds) ? formatExpiry(of.expirySeconds) : null,
    })),
  };
}

function describeWindow({ turnout, values, findings, ...rest }: oracle.ValidatorWindow) {
  return {
    turnout: turnout!,
    samples: values!.samples,
    feeds: values!.feeds.map((feed) => ({ ...feed, kind: KINDS[feed.kind] })),
    findings: findings.map((finding) => FINDINGS[finding]),
    ...rest,
  };
}

function reportCard(reader: Reader, address: Uint8Array) {
  const path = '/tenor.oracle.v1.Query/ReportCard';
  const { QueryReportCardRequest, QueryReportCardResponse } = oracle;
  const request = { consensusAddress: address };
  const answer = reader.ask(path, QueryReportCardRequest, QueryReportCardResponse, request);
  return {
    height: reader.height,
    rules: answer.rules,
    windowNumber: answer.windowNumber,
    cards: answer.cards.map(({ consensusAddress: of, all, findings, followingPpm, windows }) => ({
      validator: hex(of),
      followingPpm: followingPpm ?? null,
      findings: findings.map((finding) => FINDINGS[finding]),
      all: describeWindow(all!),
      windows: windows.map(({ window, endHeight, ...rest }) => ({
        ...rest,
        endHeight: endHeight === 0n ? null : endHeight,
        ...describeWindow(window!),
      })),
    })),
  };
}

/** What the oracle knows: `/tenor/v1/surface` and `/tenor/v1/oracle/…` */
export const oracleRoutes: Readonly<Record<string, Route>> = {
  '/tenor/v1/surface/:underlying': (reader, params) => {
    const { surface, smiles, feeds, timeMs } = reader.ask(
      '/tenor.oracle.v1.Query/Surface',
      oracle.QuerySurfaceRequest,
      oracle.QuerySurfaceResponse,
      { underlying: text(params, 'underlying').toUpperCase() },
    );
    return {
      ...{ height: reader.height, timeMs, surface, smiles },
      feeds: feeds.map((feed) => describeFeed(feed, timeMs)),
    };
  },
  '/tenor/v1/oracle/prices': (reader) => {
    const { prices, stablecoins, coins, timeMs } = reader.ask(
      '/tenor.oracle.v1.Query/Prices',
      oracle.QueryPricesRequest,
      oracle.QueryPricesResponse,
      {},
    );
    const nameOf = (id: number) => coins.find((c) => c.stablecoinId === id)?.symbol ?? null;
    return {
      ...{ height: reader.height, timeMs, prices: describePrices(prices, timeMs) },
      stablecoins: stablecoins.map((feed) => ({
        symbol: nameOf(feed.id),
        ...describeFeed(feed, timeMs),
      })),
    };
  },
  '/tenor/v1/oracle/vol-index/:underlying': (reader, params) => {
    const underlying = text(params, 'underlying').toUpperCase();
    const { index, timeMs } = reader.ask(
      '/tenor.oracle.v1.Query/VolIndex',
      oracle.QueryVolIndexRequest,
      oracle.QueryVolIndexResponse,
      { underlying },
    );
    const volIndex = index === undefined ? null : describeVolIndex(index, timeMs);
    return { height: reader.height, underlying, timeMs, volIndex };
  },
  '/tenor/v1/oracle/votes': (reader) => {
    const path = '/tenor.oracle.v1.Query/Votes';
    const answer = reader.ask(path, oracle.QueryVotesRequest, oracle.QueryVotesResponse, {});
    return { height: reader.height, ...answer, prices: describePrices(answer.prices) };
  },
  '/tenor/v1/oracle/report-card': (reader) => reportCard(reader, new Uint8Array(0)),
  '/tenor/v1/oracle/report-card/:validator': (reader, params) =>
    reportCard(reader, consensusAddress(text(params, 'validator'))),
  '/tenor/v1/oracle/sources': (reader) => {
    const { validators } = reader.ask(
      '/tenor.oracle.v1.Query/Sources',
      oracle.QuerySourcesRequest,
      oracle.QuerySourcesResponse,
      {},
    );
    return {
      height: reader.height,
      validators: validators.map(({ consensusAddress: of, height, sources }) => ({
        ...{ validator: hex(of), since: height },
        sources: sources.map(({ subject, id, venue, state }) => ({
          ...{ subject: SUBJECTS[subject], id, venue: VENUES[venue], state: STATES[state] },
        })),
      })),
    };
  },
};
