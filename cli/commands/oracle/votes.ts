import { NamedPrice, ValidatorVotes } from '../../../proto/gen/tenor.oracle.v1.ts';
import { queries } from '../../../client/queries.ts';
import { formatUsd } from '../../amounts.ts';
import { messageJson } from '../../output/json.ts';
import type { Verb } from '../verb.ts';
import { monikers, right } from './describe.ts';

export const votes: Verb = {
  usage: 'votes',
  description: 'how each validator takes part in the prices',
  examples: ['oracle votes'],
  async run(session) {
    const { out } = session;
    const node = await session.node();
    const [answer, nameOf] = await Promise.all([node.ask(queries.votes, {}), monikers(node)]);
    const feeds = answer.prices.map(({ underlying, price }) => ({
      underlying,
      id: price?.underlyingId,
    }));
    const json = {
      votes: answer.votes.map((v) => ({
        moniker: nameOf(v.consensusAddress),
        ...messageJson(ValidatorVotes, v),
      })),
      totalPower: answer.totalPower.toString(),
      prices: answer.prices.map((p) => messageJson(NamedPrice, p)),
    };
    out.show(json, () => {
      const rows = answer.votes.map((v) => [
        nameOf(v.consensusAddress),
        ...[v.power, v.reported, v.empty, v.late, v.absent, v.malformed, v.outliers].map(String),
        v.lastReportedHeight?.toString() ?? '–',
        ...feeds.map(({ id }) => {
          const last = v.last.find(({ underlyingId }) => underlyingId === id);
          return last?.indexUusd === undefined ? '–' : formatUsd(last.indexUusd);
        }),
      ]);
      const counts = [
        'POWER',
        'REPORTED',
        'EMPTY',
        'LATE',
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
