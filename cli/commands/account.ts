import type { Command } from 'commander';
import {
  MsgDeposit,
  MsgWithdraw,
  Subaccount,
  MarginMode,
  SymbolPosition,
} from '../../proto/gen/tenor.accounts.v1.ts';
import type { EquityStep } from '../../proto/gen/tenor.accounts.v1.ts';
import { QueryLimitsResponse } from '../../proto/gen/tenor.clob.v1.ts';
import { Margin } from '../../proto/gen/tenor.margin.v1.ts';
import { queries } from '../../client/queries.ts';
import { msgOf } from '../../client/signTx.ts';
import { formatUsd, parseUsd } from '../amounts.ts';
import { enumName, messageJson } from '../output/json.ts';
import type { Output, Text } from '../output/output.ts';
import type { TxFlags } from '../session.ts';
import { fees, refer } from './accounts/fees.ts';
import { accountFills, accountHistory, accountPnl } from './history/account.ts';
import { showSent } from './showSent.ts';
import { Group, txOptions, type Open, type Verb } from './verb.ts';

const deposit: Verb<TxFlags> = {
  usage: 'deposit <amount>',
  description: 'move dollars into a trading account, which the first deposit opens',
  examples: [
    'account deposit 50000usd --from alice',
    'account deposit 1.5usd --subaccount 1 --from alice',
  ],
  options: txOptions,
  async run(session, [text], flags) {
    const amountUusd = parseUsd(text!);
    const { subaccount } = session.settings;
    const { name } = session.keys.find(session.keys.from());
    const what = `${formatUsd(amountUusd)} USD of ${name} into subaccount ${subaccount}`;
    await session.confirm(`Deposit ${what}?`);
    const signer = await session.keys.signer();
    const msg = msgOf(MsgDeposit, { sender: signer.address, subaccount, amountUusd });
    showSent(session, await session.send(signer, [msg], flags), 'deposited');
  },
};

const withdraw: Verb<TxFlags> = {
  usage: 'withdraw <amount>',
  description: 'move dollars of a trading account back to its owner',
  examples: ['account withdraw 1000usd --from alice'],
  options: txOptions,
  async run(session, [text], flags) {
    const amountUusd = parseUsd(text!);
    const { subaccount } = session.settings;
    const { name } = session.keys.find(session.keys.from());
    const what = `${formatUsd(amountUusd)} USD from subaccount ${subaccount} of ${name}`;
    await session.confirm(`Withdraw ${what}?`);
    const signer = await session.keys.signer();
    const msg = msgOf(MsgWithdraw, { sender: signer.address, subaccount, amountUusd });
    showSent(session, await session.send(signer, [msg], flags), 'withdrew');
  },
};

const show: Verb = {
  usage: 'show [name-or-address]',
  description: 'a trading account: cash, margin, positions and orders in numbers',
  examples: ['account show --from alice', 'account show tenor1… --subaccount 1'],
  async run(session, [who]) {
    const { out } = session;
    const owner = session.owner(who);
    const { subaccount: number } = session.settings;
    const node = await session.node();
    const [{ subaccount, positions }, { margin }] = await Promise.all([
      node.ask(queries.subaccount, { owner, number }),
      node.ask(queries.margin, { owner, number }),
    ]);
    const json = {
      subaccount: messageJson(Subaccount, subaccount!),
      positions: positions.map((position) => messageJson(SymbolPosition, position)),
      margin: margin === undefined ? null : messageJson(Margin, margin),
    };
    out.show(json, () => {
      const { cashUusd, mode, openOrders } = subaccount!;
      const usd = (value: bigint) => out.signed(value < 0n ? value : 0n, `${formatUsd(value)} USD`);
      return out.fields([
        ['owner', owner],
        ['subaccount', `${number} (${enumName(MarginMode, mode)} margin)`],
        ['cash', usd(cashUusd)],
        ['equity', margin === undefined ? '–' : usd(margin.markToMarketUusd)],
        ['free for orders', margin === undefined ? '–' : usd(margin.initialUusd)],
        ['above liquidation', margin === undefined ? '–' : usd(margin.maintenanceUusd)],
        ['positions', String(positions.length)],
        ['open orders', String(openOrders)],
      ]);
    });
  },
};

const list: Verb = {
  usage: 'list [name-or-address]',
  description: 'the trading accounts of an address',
  examples: ['account list --from alice'],
  async run(session, [who]) {
    const { out } = session;
    const owner = session.owner(who);
    const node = await session.node();
    const { subaccounts } = await node.ask(queries.subaccounts, { owner });
    out.show({ subaccounts: subaccounts.map((s) => messageJson(Subaccount, s)) }, () => {
      if (subaccounts.length === 0) return 'None yet. Open one: tenor account deposit 1000usd';
      const right = (title: string) => ({ title, align: 'right' as const });
      const rows = subaccounts.map((s) => [
        String(s.number),
        enumName(MarginMode, s.mode),
        formatUsd(s.cashUusd),
        String(s.positions),
        String(s.openOrders),
      ]);
      const columns = [right('NUMBER'), { title: 'MARGIN' }, right('CASH USD')];
      return out.table([...columns, right('POSITIONS'), right('ORDERS')], rows);
    });
  },
};

const limits: Verb = {
  usage: 'limits [name-or-address]',
  description: 'what the cash in all accounts of an address allows, and what of it is used',
  examples: ['account limits --from alice'],
  async run(session, [who]) {
    const { out } = session;
    const owner = session.owner(who);
    const node = await session.node();
    const told = await node.ask(queries.limits, { owner });
    out.show(messageJson(QueryLimitsResponse, told), () => showLimits(out, owner, told));
  },
};

function showLimits(out: Output, owner: string, told: QueryLimitsResponse): Text {
  const { step, next } = told;
  const right = (title: string) => ({ title, align: 'right' as const });
  const row = (name: string, used: string, of: (s: EquityStep) => string) => [
    ...[name, used, of(step!)],
    next === undefined ? '–' : of(next),
  ];
  const rate = (perMinute: number, burst: number) => `${perMinute} a minute, ${burst} at once`;
  const left = (tokens: bigint) => `${tokens} left`;
  const above = next === undefined ? 'NO MORE' : `FROM ${formatUsd(next.minEquityUusd)} USD`;
  const columns = [{ title: 'LIMIT' }, right('NOW'), right('ALLOWED'), right(above)];
  const table = out.table(columns, [
    row('open orders', String(told.openOrders), (s) => String(s.openOrders)),
    row('quotes', String(told.quotes), (s) => String(s.quotes)),
    row('triggers', String(told.triggers), (s) => String(s.triggers)),
    row('actions', left(told.actionsLeft), (s) => rate(s.actionsPerMinute, s.actionBurst)),
    row('cancels', left(told.cancelsLeft), (s) => rate(s.cancelsPerMinute, s.cancelBurst)),
  ]);
  const cash = `${owner} has ${formatUsd(told.cashUusd)} USD in its accounts.`;
  const pays = step!.actionsPerMinute === 0 ? ' Its messages pay gas.' : '';
  return [`${cash}${pays} What fails costs ${told.failureCost} actions.`, '', ...table];
}

export const accountGroup = (root: Command, open: Open): Group =>
  new Group(root, open, 'account', 'trading accounts: dollars that back positions')
    .verb(deposit)
    .verb(withdraw)
    .verb(show)
    .verb(list)
    .verb(limits)
    .verb(accountHistory)
    .verb(accountFills)
    .verb(accountPnl)
    .verb(fees)
    .verb(refer);
