import { FeedKind, FeedStatus, QuerySurfaceResponse } from '../../../proto/gen/tenor.oracle.v1.ts';
import { SURFACE_NODES } from '../../../app/lib/surfaceNodes.ts';
import { formatExpiry, isNameable } from '../../../app/modules/options/core/index.ts';
import { queries } from '../../../client/queries.ts';
import { formatUsd } from '../../amounts.ts';
import { enumName, messageJson } from '../../output/json.ts';
import type { Verb } from '../verb.ts';
import { ageText, colored, right } from './describe.ts';

export const surface: Verb = {
  usage: 'surface <underlying>',
  description: 'implied volatilities by expiry and moneyness ln(K/F)/√years',
  examples: ['oracle surface BTC'],
  async run(session, [text]) {
    const { out } = session;
    const underlying = text!.toUpperCase();
    const node = await session.node();
    const answer = await node.ask(queries.surface, { underlying });
    const nodes = [...SURFACE_NODES];
    const { surface: found, ...rest } = messageJson(QuerySurfaceResponse, answer);
    out.show({ underlying, nodes, surface: found ?? null, ...rest }, () => {
      if (answer.surface === undefined) return `There is no surface of ${underlying} yet.`;
      const standing = (kind: FeedKind, expirySeconds: bigint): string[] => {
        const feed = answer.feeds.find((f) => f.kind === kind && f.expirySeconds === expirySeconds);
        if (feed === undefined) return ['–', '–', '–'];
        const { status, seenMs, confidencePpm } = feed;
        return [
          colored(out.color, status, enumName(FeedStatus, status)),
          ageText(answer.timeMs, seenMs),
          `${(confidencePpm / 1e4).toFixed(0)}%`,
        ];
      };
      const rows = answer.smiles.map((slice) => [
        isNameable(slice.expirySeconds)
          ? formatExpiry(slice.expirySeconds)
          : slice.expirySeconds.toString(),
        formatUsd(slice.forwardUusd),
        ...standing(FeedKind.FEED_KIND_FORWARD, slice.expirySeconds).slice(0, 2),
        ...standing(FeedKind.FEED_KIND_SURFACE, slice.expirySeconds),
        ...slice.vols.map((vol) => `${(vol * 100).toFixed(1)}%`),
      ]);
      const columns = [
        ...[{ title: 'EXPIRY' }, right('FORWARD')],
        ...[{ title: 'FORWARD IS' }, right('AGE')],
        ...[{ title: 'VOLS ARE' }, right('AGE'), right('CONFIDENCE')],
      ];
      return out.table([...columns, ...nodes.map((z) => right(z.toString()))], rows);
    });
  },
};
