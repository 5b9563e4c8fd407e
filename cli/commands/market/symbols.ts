import { listSeries } from '../series.ts';
import type { Verb } from '../verb.ts';

/** Also what shells complete series from (completion.ts). */
export const marketSymbols: Verb = {
  usage: 'symbols [prefix]',
  description: 'the names of all series, or of those that begin so, one a line',
  examples: ['market symbols', 'market symbols BTC-27DEC26'],
  async run(session, [prefix = '']) {
    const wanted = prefix.toUpperCase();
    const series = await listSeries(await session.node());
    const symbols = series.map(({ symbol }) => symbol).filter((name) => name.startsWith(wanted));
    session.out.show({ symbols }, () => symbols);
  },
};
