import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { formatPrice, formatQuantity, formatUsd } from '../../amounts.ts';
import type { Output } from '../../output/output.ts';
import type { Session } from '../../session.ts';
import { wholeNumber, type Verb } from '../verb.ts';
import { askHistory, historyJson, timeText, type HistoryRow } from './ask.ts';

interface ListFlags {
  readonly limit: number;
  readonly series?: string;
  readonly from?: string;
  readonly since?: string;
  readonly until?: string;
}

const MAX_LIMIT = 1_000;

const listOptions = (command: Command): Command =>
  command
    .option('--limit <n>', 'so many of the newest', wholeNumber(1, MAX_LIMIT), 20)
    .option('--since <time>', 'from then on: 2026-11-29 or 2026-11-29T08:00Z')
    .option('--until <time>', 'before then');

const right = (title: string) => ({ title, align: 'right' as const });

/** What an account's list is asked for with, and where it is. */
function accountPath(session: Session, who: string | undefined, list: string): string {
  return `/accounts/${session.owner(who)}/${session.settings.subaccount}/${list}`;
}

const rangeOf = ({ limit, since, until }: ListFlags) => ({ limit, from: since, to: until });

const NOTHING = (what: string): readonly string[] => [
  `No ${what} yet.`,
  "They come with the account's first: tenor account deposit 1000usd, tenor order place …",
];

const usd = (out: Output, text: string | number | boolean | null): string => {
  const value = BigInt(text as string);
  return out.signed(value, formatUsd(value));
};

function historyRow(out: Output, row: HistoryRow): string[] {
  const { timeMs, kind, series, side, quantity, priceUusd, changeUusd, cashUusd } = row;
  const traded =
    quantity === null ? '' : `${String(side)} ${formatQuantity(BigInt(quantity as string))}`;
  const price = priceUusd === null ? '' : formatPrice(BigInt(priceUusd as string));
  return [
    ...[timeText(timeMs as string), String(kind), String(series ?? ''), traded, price],
    ...[usd(out, changeUusd!), formatUsd(BigInt(cashUusd as string))],
  ];
}

export const accountHistory: Verb<ListFlags & { readonly kind?: string }> = {
  usage: 'history [name-or-address]',
  description: 'every change of cash: deposits, trades, fees, settlements, liquidations',
  examples: [
    'account history --from alice',
    'account history --kind deposit --limit 5 --from alice',
  ],
  options: (command) =>
    listOptions(command).option('--kind <kind>', 'deposit, withdraw, trade, settlement …'),
  async run(session, [who], flags) {
    const { out } = session;
    const path = accountPath(session, who, 'history');
    const query = { ...rangeOf(flags), kind: flags.kind };
    const told = await askHistory<{ history: HistoryRow[]; next: string | null }>(
      session,
      path,
      query,
    );
    out.show({ history: told.history.map(historyJson), next: told.next }, () => {
      if (told.history.length === 0) return NOTHING('history');
      const columns = [{ title: 'TIME' }, { title: 'WHAT' }, { title: 'SERIES' }];
      const numbers = [right('SIZE'), right('PRICE'), right('CHANGE USD'), right('CASH USD')];
      return out.table(
        [...columns, ...numbers],
        told.history.map((row) => historyRow(out, row)),
      );
    });
  },
};

function fillRow(out: Output, row: HistoryRow): string[] {
  const { timeMs, series, side, quantity, priceUusd, feeUusd, realisedUusd, role, kind } = row;
  return [
    ...[timeText(timeMs as string), String(series), String(side)],
    ...[formatQuantity(BigInt(quantity as string)), formatPrice(BigInt(priceUusd as string))],
    ...[formatUsd(BigInt(feeUusd as string)), usd(out, realisedUusd!), String(role ?? kind)],
  ];
}

export const accountFills: Verb<ListFlags> = {
  usage: 'fills [name-or-address]',
  description: 'what was bought and sold, with fees and what it realised',
  examples: [
    'account fills --from alice',
    'account fills --series BTC-27DEC26-100000-C --from alice',
  ],
  options: (command) => listOptions(command).option('--series <series>', 'of one series'),
  async run(session, [who], flags) {
    const { out } = session;
    const path = accountPath(session, who, 'fills');
    const query = { ...rangeOf(flags), series: flags.series };
    const told = await askHistory<{ fills: HistoryRow[]; next: string | null }>(
      session,
      path,
      query,
    );
    out.show({ fills: told.fills.map(historyJson), next: told.next }, () => {
      if (told.fills.length === 0) return NOTHING('fills');
      const columns = [{ title: 'TIME' }, { title: 'SERIES' }, { title: 'SIDE' }];
      const numbers = [right('SIZE'), right('PRICE'), right('FEE USD'), right('REALISED USD')];
      const all = [...columns, ...numbers, { title: 'AS' }];
      return out.table(
        all,
        told.fills.map((row) => fillRow(out, row)),
      );
    });
  },
};

const periods = ['hour', 'day', 'month'];

function period(text: string): string {
  if (periods.includes(text)) return text;
  throw new InvalidArgumentError(`It is one of ${periods.join(', ')}.`);
}

interface PnlFlags extends ListFlags {
  readonly by: string;
}

function pnlRow(out: Output, row: HistoryRow): string[] {
  const { timeMs, fills, realisedUusd, feesUusd, otherUusd, netUusd } = row;
  return [
    ...[timeText(timeMs as string), String(fills), usd(out, realisedUusd!)],
    ...[formatUsd(BigInt(feesUusd as string)), usd(out, otherUusd!), usd(out, netUusd!)],
  ];
}

export const accountPnl: Verb<PnlFlags> = {
  usage: 'pnl [name-or-address]',
  description: 'what was earned, by day (UTC): realised, fees, net',
  examples: ['account pnl --from alice', 'account pnl --by hour --since 2026-11-29 --from alice'],
  options: (command) =>
    command
      .option('--by <period>', 'hour, day or month', period, 'day')
      .option('--since <time>', 'from then on: 2026-11-29 or 2026-11-29T08:00Z')
      .option('--until <time>', 'before then'),
  async run(session, [who], { by, since, until }) {
    const { out } = session;
    const query = { by, from: since, to: until };
    const path = accountPath(session, who, 'pnl');
    const told = await askHistory<{ pnl: HistoryRow[] }>(session, path, query);
    out.show({ by, pnl: told.pnl.map(historyJson) }, () => {
      if (told.pnl.length === 0) return NOTHING('results');
      const columns = [{ title: 'FROM (UTC)' }, right('FILLS'), right('REALISED USD')];
      const sums = [right('FEES USD'), right('OTHER USD'), right('NET USD')];
      return out.table(
        [...columns, ...sums],
        told.pnl.map((row) => pnlRow(out, row)),
      );
    });
  },
};
