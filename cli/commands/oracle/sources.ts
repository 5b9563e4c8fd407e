import { FeedKind, SourceState, SourceSubject, Venue } from '../../../proto/gen/tenor.oracle.v1.ts';
import { ValidatorSources } from '../../../proto/gen/tenor.oracle.v1.ts';
import { queries } from '../../../client/queries.ts';
import { enumName, messageJson } from '../../output/json.ts';
import type { Output } from '../../output/output.ts';
import type { Verb } from '../verb.ts';
import { feedNames, monikers } from './describe.ts';

const KIND_OF: Readonly<Record<number, FeedKind>> = {
  [SourceSubject.SOURCE_SUBJECT_INDEX]: FeedKind.FEED_KIND_INDEX,
  [SourceSubject.SOURCE_SUBJECT_OPTIONS]: FeedKind.FEED_KIND_SURFACE,
  [SourceSubject.SOURCE_SUBJECT_STABLECOIN]: FeedKind.FEED_KIND_STABLECOIN,
};

const inColor = (color: Output['color'], state: SourceState): string => {
  const text = enumName(SourceState, state);
  if (state === SourceState.SOURCE_STATE_USED) return color.green(text);
  return state === SourceState.SOURCE_STATE_NONE ? color.yellow(text) : color.red(text);
};

export const sources: Verb = {
  usage: 'sources',
  description: 'how the sources stand at each validator, as it last reported them',
  examples: ['oracle sources', 'oracle sources --json'],
  async run(session) {
    const { out } = session;
    const node = await session.node();
    const [{ validators }, nameOf, feedName] = await Promise.all([
      node.ask(queries.sources, {}),
      monikers(node),
      feedNames(node),
    ]);
    const json = validators.map((said) => ({
      moniker: nameOf(said.consensusAddress),
      ...messageJson(ValidatorSources, said),
    }));
    out.show({ validators: json }, () => {
      if (validators.length === 0) return 'No validator has told of its sources yet.';
      // A row for each thing asked of a source, a column for each validator.
      const rows = new Map<string, string[]>();
      for (const [i, { sources: own }] of validators.entries()) {
        for (const { subject, id, venue, state } of own) {
          const of = feedName(KIND_OF[subject] ?? FeedKind.FEED_KIND_NONE, id);
          const key = `${of}\n${enumName(Venue, venue)}`;
          const row = rows.get(key) ?? validators.map(() => '–');
          row[i] = inColor(out.color, state);
          rows.set(key, row);
        }
      }
      const names = validators.map((said) => ({ title: nameOf(said.consensusAddress) }));
      const columns = [{ title: 'FOR' }, { title: 'SOURCE' }, ...names];
      return out.table(
        columns,
        [...rows].map(([key, row]) => [...key.split('\n'), ...row]),
      );
    });
  },
};
