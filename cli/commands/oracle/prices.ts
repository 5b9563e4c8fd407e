import { FeedState, FeedStatus, NamedPrice } from '../../../proto/gen/tenor.oracle.v1.ts';
import { queries } from '../../../client/queries.ts';
import { formatUsd } from '../../amounts.ts';
import { enumName, messageJson } from '../../output/json.ts';
import type { Verb } from '../verb.ts';
import { ageText, colored, right } from './describe.ts';

const confidence = (ppm: number): string => `${(ppm / 1e4).toFixed(0)}%`;

export const prices: Verb = {
  usage: 'prices',
  description: 'the index of each underlying, from the validators’ votes',
  examples: ['oracle prices', 'oracle prices --json'],
  async run(session) {
    const { out } = session;
    const node = await session.node();
    const answer = await node.ask(queries.prices, {});
    const nameOf = (id: number) =>
      answer.coins.find((coin) => coin.stablecoinId === id)?.symbol ?? `stablecoin ${id}`;
    const json = {
      prices: answer.prices.map((p) => messageJson(NamedPrice, p)),
      stablecoins: answer.stablecoins.map((coin) => ({
        symbol: nameOf(coin.id),
        ...messageJson(FeedState, coin),
      })),
      timeMs: answer.timeMs.toString(),
    };
    out.show(json, () => {
      const rows = answer.prices.map(({ underlying, price }) => {
        if (price === undefined) return [underlying, '–', 'no price yet', '–', '–', '–', '–', '–'];
        const status = enumName(FeedStatus, price.status);
        return [
          underlying,
          formatUsd(price.indexUusd),
          colored(out.color, price.status, status),
          ageText(answer.timeMs, price.seenMs),
          price.height.toString(),
          new Date(Number(price.timeMs)).toISOString().slice(11, 19),
          `${(price.dispersionPpm / 1e4).toFixed(4)}%`,
          confidence(price.confidencePpm),
        ];
      });
      const coins = answer.stablecoins.map((coin) => [
        nameOf(coin.id),
        (Number(coin.priceUusd) / 1e6).toFixed(4),
        colored(out.color, coin.status, enumName(FeedStatus, coin.status)),
        ageText(answer.timeMs, coin.seenMs),
        coin.height.toString(),
        new Date(Number(coin.timeMs)).toISOString().slice(11, 19),
        `${(coin.dispersionPpm / 1e4).toFixed(4)}%`,
        confidence(coin.confidencePpm),
      ]);
      const columns = [{ title: 'FEED' }, right('USD'), { title: 'STATUS' }];
      const numbers = ['AGE', 'HEIGHT', 'UTC', 'DISPERSION', 'CONFIDENCE'].map(right);
      return out.table([...columns, ...numbers], [...rows, ...coins]);
    });
  },
};
