import type { Command } from 'commander';
import {
  FundRequest,
  FundStatus,
  MsgUnderwrite,
  MsgWithdrawUnderwriting,
  UnderwritingStatus,
} from '../../proto/gen/tenor.accounts.v1.ts';
import { formatUsd, parseUsd } from '../amounts.ts';
import { queries } from '../../client/queries.ts';
import { msgOf } from '../../client/signTx.ts';
import { usageError } from '../errors.ts';
import { messageJson } from '../output/json.ts';
import type { Output, Text } from '../output/output.ts';
import type { TxFlags } from '../session.ts';
import { showSent } from './showSent.ts';
import { Group, txOptions, type Open, type Verb } from './verb.ts';

interface FundFlags extends TxFlags {
  readonly underlying: string;
}

const right = (title: string) => ({ title, align: 'right' as const });
const withUnderlying = (command: Command): Command =>
  txOptions(command).option('--underlying <name>', 'whose insurance fund', 'BTC');

function fundsTable(funds: readonly FundStatus[], out: Output): Text {
  const rows = funds.map(({ underlying, fund, payableUusd, exitPriceUusd, pausesWithdrawals }) => [
    underlying,
    formatUsd(fund?.balanceUusd ?? 0n),
    formatUsd(fund?.atRiskUusd ?? 0n),
    formatUsd(payableUusd),
    (fund?.shares ?? 0n).toString(),
    formatUsd(exitPriceUusd),
    pausesWithdrawals ? out.color.red('withdrawals wait') : '',
  ]);
  const numbers = ['USD', 'AT RISK', 'PAYS TODAY', 'SHARES', 'A MILLION OF THEM'].map(right);
  return out.table([{ title: 'FUND' }, ...numbers, { title: '' }], rows);
}

function ownTable(funds: readonly UnderwritingStatus[], out: Output): Text {
  const rows = funds.map(({ underlying, shares, freeShares, valueUusd }) => [
    underlying,
    (shares?.shares ?? 0n).toString(),
    freeShares.toString(),
    formatUsd(valueUusd),
  ]);
  const numbers = ['SHARES', 'NOT ASKED BACK', 'WORTH'].map(right);
  return out.table([{ title: 'YOURS' }, ...numbers], rows);
}

/** An entry or exit that waits. */
function describeRequest({ amountUusd, shares, readyMs }: FundRequest): string {
  const what = shares > 0n ? `${shares} shares out` : `${formatUsd(amountUusd)} USD in`;
  return `Waiting: ${what}, from ${new Date(Number(readyMs)).toISOString()} on`;
}

const show: Verb = {
  usage: 'show [name-or-address]',
  description: 'insurance funds, and what somebody underwrites of them',
  examples: ['fund show', 'fund show alice --json'],
  async run(session, [who]) {
    const { out } = session;
    const node = await session.node();
    const { funds } = await node.ask(queries.funds, {});
    const owner = who === undefined ? undefined : session.owner(who);
    const own = owner === undefined ? undefined : await node.ask(queries.underwriting, { owner });
    const json = {
      funds: funds.map((fund) => messageJson(FundStatus, fund)),
      underwriting: (own?.funds ?? []).map((fund) => messageJson(UnderwritingStatus, fund)),
      requests: (own?.requests ?? []).map((request) => messageJson(FundRequest, request)),
    };
    out.show(json, () => {
      const parts: Text[] = [fundsTable(funds, out)];
      if (own === undefined) return parts;
      parts.push('', own.funds.length > 0 ? ownTable(own.funds, out) : 'They underwrite nothing.');
      return [...parts, ...own.requests.map(describeRequest)];
    });
  },
};

const underwrite: Verb<FundFlags> = {
  usage: 'underwrite <amount>',
  description: 'buy shares of an insurance fund: its income, and its losses first',
  examples: ['fund underwrite 1000usd --from alice', 'fund underwrite 500usd --underlying ETH'],
  options: withUnderlying,
  async run(session, [text], flags) {
    const amountUusd = parseUsd(text!);
    const underlying = flags.underlying.toUpperCase();
    const { name } = session.keys.find(session.keys.from());
    const amount = `${formatUsd(amountUusd)} USD`;
    await session.confirm(`Underwrite the ${underlying} fund with ${amount} of ${name}?`);
    const signer = await session.keys.signer();
    const msg = msgOf(MsgUnderwrite, { sender: signer.address, underlying, amountUusd });
    const fallback = `${amount} wait for entry: tenor fund show ${name}`;
    showSent(session, await session.send(signer, [msg], flags), fallback);
  },
};

const withdraw: Verb<FundFlags> = {
  usage: 'withdraw <shares>',
  description: 'ask shares of an insurance fund back; they bear losses until then',
  examples: ['fund withdraw 1000000 --from alice'],
  options: withUnderlying,
  async run(session, [text], flags) {
    if (!/^[1-9]\d{0,18}$/.test(text!)) {
      throw usageError(`"${text!.slice(0, 40)}" is no number of shares.`, 'See: tenor fund show');
    }
    const underlying = flags.underlying.toUpperCase();
    const { name } = session.keys.find(session.keys.from());
    await session.confirm(`Ask ${text} shares of the ${underlying} fund back for ${name}?`);
    const signer = await session.keys.signer();
    const shares = BigInt(text!);
    const msg = msgOf(MsgWithdrawUnderwriting, { sender: signer.address, underlying, shares });
    const fallback = `${shares} shares wait for their exit: tenor fund show ${name}`;
    showSent(session, await session.send(signer, [msg], flags), fallback);
  },
};

export const fundGroup = (root: Command, open: Open): Group =>
  new Group(root, open, 'fund', 'insurance funds and their underwriters')
    .verb(show)
    .verb(underwrite)
    .verb(withdraw);
