import {
  FeedStatus,
  QueryVolIndexResponse,
  VolIndexMethod,
} from '../../../proto/gen/tenor.oracle.v1.ts';
import { formatExpiry, isNameable } from '../../../app/modules/options/core/index.ts';
import { queries } from '../../../client/queries.ts';
import { enumName, messageJson } from '../../output/json.ts';
import type { Verb } from '../verb.ts';
import { ageText, colored, right } from './describe.ts';

const percent = (ppm: number): string => `${(ppm / 1e4).toFixed(2)}%`;

export const volIndex: Verb = {
  usage: 'vol-index <underlying>',
  description: '30-day implied volatility, model-free, from the voted surface',
  examples: ['oracle vol-index BTC'],
  async run(session, [text]) {
    const { out } = session;
    const underlying = text!.toUpperCase();
    const node = await session.node();
    const answer = await node.ask(queries.volIndex, { underlying });
    const { index, timeMs } = answer;
    const json = messageJson(QueryVolIndexResponse, answer);
    out.show({ underlying, ...json }, () => {
      if (index === undefined) return `There is no volatility index of ${underlying} yet.`;
      const expiries = index.expiries.map(({ expirySeconds, volPpm }) => {
        const isNamed = isNameable(expirySeconds);
        const name = isNamed ? formatExpiry(expirySeconds) : expirySeconds.toString();
        return `${name} ${percent(volPpm)}`;
      });
      const row = [
        ...[underlying, percent(index.volPpm)],
        colored(out.color, index.status, enumName(FeedStatus, index.status)),
        ageText(timeMs, index.seenMs),
        `${(index.confidencePpm / 1e4).toFixed(0)}%`,
        ...[enumName(VolIndexMethod, index.method), expiries.join(', ')],
      ];
      const columns = [{ title: 'UNDERLYING' }, right('30 DAYS'), { title: 'STATUS' }];
      const numbers = [right('AGE'), right('CONFIDENCE')];
      return out.table([...columns, ...numbers, { title: 'IS' }, { title: 'OF' }], [row]);
    });
  },
};
