import type { Command } from 'commander';
import * as pb from '../../proto/gen/tenor.sessions.v1.ts';
import { queries } from '../../client/queries.ts';
import { msgOf } from '../../client/signTx.ts';
import { formatQuantity, parseQuantity } from '../amounts.ts';
import { usageError } from '../errors.ts';
import { messageJson } from '../output/json.ts';
import type { TxFlags } from '../session.ts';
import { showSent } from './showSent.ts';
import { Group, txOptions, type Open, type Verb } from './verb.ts';

const CLASSES = {
  order: pb.MessageClass.MESSAGE_CLASS_ORDER,
  quote: pb.MessageClass.MESSAGE_CLASS_QUOTE,
} as const;
const SECONDS = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;
const PPM_PER_PERCENT = 10_000;

interface GrantFlags extends TxFlags {
  readonly for: string;
  readonly messages: string;
  readonly underlying?: string;
  readonly band?: string;
  readonly daily?: string;
}

/** `24h` in seconds. */
export function readDuration(text: string): number {
  const match = /^([1-9]\d{0,6})([smhd])$/.exec(text);
  if (match === null) throw usageError(`"${text}" is no time: 90s, 30m, 24h or 7d.`);
  return Number(match[1]) * SECONDS[match[2] as keyof typeof SECONDS];
}

function readClasses(text: string): pb.MessageClass[] {
  return text.split(',').map((name) => {
    const known = Object.entries(CLASSES).find(([key]) => key === name.trim());
    if (known === undefined) throw usageError(`"${name}" is no class: order, quote.`);
    return known[1];
  });
}

/** `2.5%` in millionths. */
export function readBand(text: string): number {
  const percent = /^\d{1,3}(\.\d{1,4})?%?$/.test(text) ? parseFloat(text) : NaN;
  if (percent > 0 && percent <= 100) return Math.round(percent * PPM_PER_PERCENT);
  throw usageError(`"${text}" is no band: 2.5% for example.`);
}

const grant: Verb<GrantFlags> = {
  usage: 'grant <key>',
  description: 'let a key trade for this account: never transfers, withdrawals or grants',
  examples: [
    'session grant bot --for 24h --messages order,quote --subaccount 0 --from alice',
    'session grant bot --for 8h --underlying BTC --band 5% --daily 100 --from alice',
  ],
  options: (command: Command) =>
    txOptions(command)
      .requiredOption('--for <time>', 'how long: 30m, 24h, 7d (90d at most)')
      .option('--messages <classes>', 'what it may send: order, quote or both', 'order')
      .option('--underlying <names>', 'BTC or BTC,ETH; all if left out')
      .option('--band <percent>', 'how far a limit may be from the mark')
      .option('--daily <contracts>', 'how much it may order in a UTC day'),
  async run(session, [name], flags) {
    const { keys, settings } = session;
    const { address: sender } = keys.find(keys.from());
    const key = keys.addressOf(name!);
    const seconds = readDuration(flags.for);
    const { syncInfo } = await (await session.node()).status();
    const nowSeconds = Math.floor(syncInfo.latestBlockTime.getTime() / 1_000);
    const message: pb.MsgGrantSession = {
      ...{ sender, key, subaccounts: [settings.subaccount] },
      messages: readClasses(flags.messages),
      underlyings: flags.underlying?.toUpperCase().split(',') ?? [],
      expiresSeconds: BigInt(nowSeconds + seconds),
      priceBandPpm: flags.band === undefined ? 0 : readBand(flags.band),
      dailyQuantity: flags.daily === undefined ? 0n : parseQuantity(flags.daily),
    };
    await session.confirm(`Let ${name!} trade for ${keys.from()} for ${flags.for}?`);
    const signer = await keys.signer();
    showSent(
      session,
      await session.send(signer, [msgOf(pb.MsgGrantSession, message)], flags),
      'granted',
    );
  },
};

const revoke: Verb<TxFlags> = {
  usage: 'revoke <key>',
  description: 'end the session of a key at once',
  examples: ['session revoke bot --from alice'],
  options: txOptions,
  async run(session, [name], flags) {
    const { keys } = session;
    const message = { sender: keys.find(keys.from()).address, key: keys.addressOf(name!) };
    const signer = await keys.signer();
    showSent(
      session,
      await session.send(signer, [msgOf(pb.MsgRevokeSession, message)], flags),
      'revoked',
    );
  },
};

const className = (value: pb.MessageClass): string =>
  Object.entries(CLASSES).find(([, one]) => one === value)?.[0] ?? 'none';

const list: Verb = {
  usage: 'list [name-or-address]',
  description: 'keys that may trade for an account',
  examples: ['session list --from alice'],
  async run(session, [who]) {
    const { out } = session;
    const node = await session.node();
    const { sessions } = await node.ask(queries.sessions, { owner: session.owner(who) });
    out.show({ sessions: sessions.map((one) => messageJson(pb.Session, one)) }, () => {
      if (sessions.length === 0) return 'No sessions.';
      const titles = ['KEY', 'SUBACCOUNTS', 'SENDS', 'UNDERLYINGS', 'UNTIL', 'BAND', 'USED TODAY'];
      const rows = sessions.map((one) => [
        one.key,
        one.subaccounts.join(', '),
        one.messages.map(className).join(', '),
        one.underlyings.join(', ') || 'all',
        new Date(Number(one.expiresSeconds) * 1_000).toISOString().slice(0, 16).replace('T', ' '),
        one.priceBandPpm === 0 ? '' : `${one.priceBandPpm / PPM_PER_PERCENT}%`,
        one.dailyQuantity === 0n ? '' : usedOf(one),
      ]);
      return out.table(
        titles.map((title) => ({ title })),
        rows,
      );
    });
  },
};

const usedOf = ({ usedQuantity, dailyQuantity }: pb.Session): string =>
  `${formatQuantity(usedQuantity)} of ${formatQuantity(dailyQuantity)}`;

export const sessionGroup = (root: Command, open: Open): Group =>
  new Group(root, open, 'session', 'keys that may trade for an account')
    .verb(grant)
    .verb(list)
    .verb(revoke);
