import type { Command } from 'commander';
import * as clob from '../../proto/gen/tenor.clob.v1.ts';
import { formatPrice, formatQuantity, formatUsd } from '../amounts.ts';
import { queries } from '../../client/queries.ts';
import { messageJson } from '../output/json.ts';
import { cancel, freeze, heartbeat, mmp, reset, set } from './quotes/send.ts';
import { Group, type Open, type Verb } from './verb.ts';

const right = (title: string) => ({ title, align: 'right' as const });

const list: Verb<{ readonly group?: string }> = {
  usage: 'list [name-or-address]',
  description: 'what is quoted, by group and series',
  examples: ['quote list --from mm', 'quote list mm --group g1'],
  options: (command) => command.option('--group <name>', 'of this group only'),
  async run(session, [owner], flags) {
    const { out } = session;
    const { quotes } = await (
      await session.node()
    ).ask(queries.quotes, {
      owner: session.owner(owner),
      subaccount: session.settings.subaccount,
      group: flags.group ?? '',
    });
    out.show({ quotes: quotes.map((quote) => messageJson(clob.RestingQuote, quote)) }, () => {
      if (quotes.length === 0) return 'No quotes.';
      const rows = quotes.map((quote) => [
        quote.group,
        quote.series,
        quote.isBuy ? out.color.green('bid') : out.color.red('ask'),
        formatPrice(quote.priceUusd),
        formatQuantity(quote.remaining),
      ]);
      const columns = [{ title: 'GROUP' }, { title: 'SERIES' }, { title: 'SIDE' }];
      return out.table([...columns, right('PRICE'), right('SIZE')], rows);
    });
  },
};

const share = (part: bigint, limit: bigint, text: (n: bigint) => string): string =>
  limit === 0n ? text(part) : `${text(part)} of ${text(limit)}`;

const show: Verb = {
  usage: 'show [name-or-address]',
  description: 'groups: what has filled of their limits, and the margin they reserve',
  examples: ['quote show --from mm'],
  async run(session, [owner]) {
    const { out } = session;
    const answer = await (
      await session.node()
    ).ask(queries.quoteGroups, {
      owner: session.owner(owner),
      subaccount: session.settings.subaccount,
    });
    out.show(messageJson(clob.QueryQuoteGroupsResponse, answer), () => {
      if (answer.groups.length === 0) return 'No groups of quotes: tenor quote mmp makes one.';
      const rows = answer.groups.map(({ group, underlying, quotes, ...sums }) => [
        group!.name,
        underlying,
        String(quotes),
        share(sums.filled, group!.quantityLimit, formatQuantity),
        share(sums.delta, group!.deltaLimit, formatQuantity),
        share(sums.vegaUusd, group!.vegaLimitUusd, formatUsd),
        `${group!.windowMs / 1_000} s`,
        sums.isFrozen ? out.color.yellow('frozen') : 'quoting',
      ]);
      const columns = [{ title: 'GROUP' }, { title: 'OF' }, right('QUOTES'), right('FILLED')];
      const more = [right('DELTA'), right('VEGA USD'), right('WINDOW'), { title: '' }];
      const reserved = `Initial margin reserved: ${formatUsd(answer.reservedUusd)} USD`;
      const { deadManSwitch: armed } = answer;
      const line =
        armed === undefined
          ? 'No dead-man switch: tenor quote heartbeat 30s'
          : `Dead-man switch: ${armed.everything ? 'everything' : 'quotes'} at ` +
            new Date(Number(armed.deadlineMs)).toISOString();
      return [out.table([...columns, ...more], rows), reserved, line].flat();
    });
  },
};

export const quoteGroup = (root: Command, open: Open): Group =>
  new Group(root, open, 'quote', 'quotes of market makers: groups, limits, many series at once')
    .verb(set)
    .verb(mmp)
    .verb(list)
    .verb(show)
    .verb(cancel)
    .verb(freeze)
    .verb(reset)
    .verb(heartbeat);
