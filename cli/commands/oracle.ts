import type { Command } from 'commander';
import {
  FeedKind,
  FeedStatus,
  NamedPrice,
  QuerySurfaceResponse,
  ValidatorVotes,
} from '../../proto/gen/tenor.oracle.v1.ts';
import { SURFACE_NODES } from '../../app/lib/surfaceNodes.ts';
import { formatExpiry, isNameable } from '../../app/modules/options/core/index.ts';
import { queries } from '../../client/queries.ts';
import { hexOf } from '../../client/hex.ts';
import { formatUsd } from '../amounts.ts';
import { enumName, messageJson } from '../output/json.ts';
import type { Output } from '../output/output.ts';
import { Group, type Open, type Verb } from './verb.ts';

const right = (title: string) => ({ title, align: 'right' as const });

/** How long before a block's time the sources saw a value. */
const ageText = (timeMs: bigint, seenMs: bigint): string =>
  `${(Number(timeMs - seenMs) / 1_000).toFixed(1)} s`;

function colored(color: Output['color'], status: FeedStatus, text: string): string {
  if (status === FeedStatus.FEED_STATUS_LIVE) return color.green(text);
  return status === FeedStatus.FEED_STATUS_RECOVERING ? color.yellow(text) : color.red(text);
}

const prices: Verb = {
  usage: 'prices',
  description: 'the index of each underlying, from the validators’ votes',
  examples: ['oracle prices', 'oracle prices --json'],
  async run(session) {
    const { out } = session;
    const node = await session.node();
    const answer = await node.ask(queries.prices, {});
    out.show({ prices: answer.prices.map((p) => messageJson(NamedPrice, p)) }, () => {
      const rows = answer.prices.map(({ underlying, price }) => {
        if (price === undefined) return [underlying, '–', 'no price yet', '–', '–', '–', '–'];
        const status = enumName(FeedStatus, price.status);
        return [
          underlying,
          formatUsd(price.indexUusd),
          colored(out.color, price.status, status),
          ageText(answer.timeMs, price.seenMs),
          price.height.toString(),
          new Date(Number(price.timeMs)).toISOString().slice(11, 19),
          `${(price.dispersionPpm / 1e4).toFixed(4)}%`,
        ];
      });
      const coins = answer.stablecoins.map((coin) => [
        `stablecoin ${coin.id}`,
        (Number(coin.priceUusd) / 1e6).toFixed(4),
        colored(out.color, coin.status, enumName(FeedStatus, coin.status)),
        ageText(answer.timeMs, coin.seenMs),
        coin.height.toString(),
        new Date(Number(coin.timeMs)).toISOString().slice(11, 19),
        `${(coin.dispersionPpm / 1e4).toFixed(4)}%`,
      ]);
      const columns = [{ title: 'FEED' }, right('USD'), { title: 'STATUS' }];
      const numbers = ['AGE', 'HEIGHT', 'UTC', 'DISPERSION'].map(right);
      return out.table([...columns, ...numbers], [...rows, ...coins]);
    });
  },
};

const votes: Verb = {
  usage: 'votes',
  description: 'how each validator takes part in the prices',
  examples: ['oracle votes'],
  async run(session) {
    const { out } = session;
    const node = await session.node();
    const [answer, { validators }] = await Promise.all([
      node.ask(queries.votes, {}),
      node.ask(queries.validators, {}),
    ]);
    const names = new Map(validators.map((v) => [hexOf(v.consensusAddress), v.moniker]));
    const nameOf = (v: ValidatorVotes) => {
      const address = hexOf(v.consensusAddress);
      return names.get(address) ?? address.slice(0, 12);
    };
    const feeds = answer.prices.map(({ underlying, price }) => ({
      underlying,
      id: price?.underlyingId,
    }));
    const json = {
      votes: answer.votes.map((v) => ({ moniker: nameOf(v), ...messageJson(ValidatorVotes, v) })),
      totalPower: answer.totalPower.toString(),
      prices: answer.prices.map((p) => messageJson(NamedPrice, p)),
    };
    out.show(json, () => {
      const rows = answer.votes.map((v) => [
        nameOf(v),
        ...[v.power, v.reported, v.empty, v.absent, v.malformed, v.outliers].map(String),
        v.lastReportedHeight.toString(),
        ...feeds.map(({ id }) => {
          const last = v.last.find(({ underlyingId }) => underlyingId === id);
          return last === undefined || last.indexUusd === 0n ? '–' : formatUsd(last.indexUusd);
        }),
      ]);
      const counts = [
        'POWER',
        'REPORTED',
        'EMPTY',
        'ABSENT',
        'MALFORMED',
        'OUTLIERS',
        'LAST HEIGHT',
      ];
      const numbers = [...counts, ...feeds.map(({ underlying }) => underlying)].map(right);
      return out.table([{ title: 'VALIDATOR' }, ...numbers], rows);
    });
  },
};

const surface: Verb = {
  usage: 'surface <underlying>',
  description: 'implied volatilities by expiry and moneyness ln(K/F)/√years',
  examples: ['oracle surface BTC'],
  async run(session, [text]) {
    const { out } = session;
    const underlying = text!.toUpperCase();
    const node = await session.node();
    const answer = await node.ask(queries.surface, { underlying });
    const nodes = [...SURFACE_NODES];
    const { surface: found, smiles } = messageJson(QuerySurfaceResponse, answer);
    out.show({ underlying, nodes, surface: found ?? null, smiles }, () => {
      if (answer.surface === undefined) return `There is no surface of ${underlying} yet.`;
      const standing = (expirySeconds: bigint): string[] => {
        const of = answer.feeds.filter((feed) => feed.expirySeconds === expirySeconds);
        const surfaceFeed = of.find(({ kind }) => kind === FeedKind.FEED_KIND_SURFACE);
        if (surfaceFeed === undefined) return ['–', '–', '–'];
        const { status, seenMs, confidencePpm } = surfaceFeed;
        return [
          colored(out.color, status, enumName(FeedStatus, status)),
          new Date(Number(seenMs)).toISOString().slice(11, 19),
          `${(confidencePpm / 1e4).toFixed(0)}%`,
        ];
      };
      const rows = answer.smiles.map((slice) => [
        isNameable(slice.expirySeconds)
          ? formatExpiry(slice.expirySeconds)
          : slice.expirySeconds.toString(),
        formatUsd(slice.forwardUusd),
        ...standing(slice.expirySeconds),
        ...slice.vols.map((vol) => `${(vol * 100).toFixed(1)}%`),
      ]);
      const columns = [
        ...[{ title: 'EXPIRY' }, right('FORWARD')],
        ...[{ title: 'STATUS' }, right('SEEN UTC'), right('CONFIDENCE')],
      ];
      return out.table([...columns, ...nodes.map((z) => right(z.toString()))], rows);
    });
  },
};

export const oracleGroup = (root: Command, open: Open): Group =>
  new Group(root, open, 'oracle', 'prices that the validators vote')
    .verb(prices)
    .verb(votes)
    .verb(surface);
