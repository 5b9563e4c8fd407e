import type { Command } from 'commander';
import { Deficit, Flag } from '../../../proto/gen/tenor.liquidation.v1.ts';
import { queries } from '../../../client/queries.ts';
import { formatUsd } from '../../amounts.ts';
import { messageJson } from '../../output/json.ts';
import { Group, wholeNumber, type Open, type Verb } from '../verb.ts';
import { bid } from './bid.ts';
import { run } from './run.ts';
import { show } from './show.ts';

const MAX_PAGE = 200;

const list: Verb<{ readonly after: number; readonly limit: number }> = {
  usage: 'list',
  description: 'accounts below maintenance margin, and deficits',
  examples: ['liquidation list', 'liquidation list --limit 200'],
  options: (command) =>
    command
      .option('--after <id>', 'subaccounts with a greater id', wholeNumber(0, 1e15 - 1), 0)
      .option('--limit <n>', 'how many at the most', wholeNumber(1, MAX_PAGE), 50),
  async run(session, _args, { after, limit }) {
    const { out } = session;
    const node = await session.node();
    const page = { after: BigInt(after), limit };
    const { flags, deficits, nextAfter } = await node.ask(queries.liquidations, { page });
    const owed = new Map(deficits.map((d) => [d.subaccountId, d.amountUusd]));
    const json = {
      flags: flags.map((flag) => messageJson(Flag, flag)),
      deficits: deficits.map((deficit) => messageJson(Deficit, deficit)),
      nextAfter: nextAfter?.toString() ?? null,
    };
    out.show(json, () => {
      if (flags.length === 0) return 'Nobody is below maintenance margin.';
      const right = (title: string) => ({ title, align: 'right' as const });
      const rows = flags.map((flag) => [
        flag.owner,
        String(flag.number),
        flag.sinceHeight.toString(),
        String(flag.steps),
        formatUsd(flag.maintenanceUusd),
        formatUsd(owed.get(flag.subaccountId) ?? 0n),
      ]);
      const numbers = ['NUMBER', 'SINCE HEIGHT', 'STEPS', 'MAINTENANCE', 'DEFICIT'].map(right);
      return out.table([{ title: 'OWNER' }, ...numbers], rows);
    });
    if (nextAfter !== undefined) out.note(`There are more: --after ${nextAfter}`);
  },
};

export const liquidationGroup = (root: Command, open: Open): Group =>
  new Group(root, open, 'liquidation', 'accounts under liquidation, and bids for them')
    .verb(list)
    .verb(show)
    .verb(bid)
    .verb(run);
