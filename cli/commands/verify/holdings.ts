import { Position, Subaccount } from '../../../proto/gen/tenor.accounts.v1.ts';
import { decodeAddress } from '../../../app/lib/address.ts';
import { formatDecimal } from '../../../app/lib/decimal.ts';
import { records } from '../../../app/lib/records.ts';
import type { VerifiedState } from '../../../light/index.ts';
import { formatCoin, formatPrice, formatQuantity, formatUsd } from '../../amounts.ts';
import { usageError } from '../../errors.ts';
import { Light, lightOptions } from '../../light/openLight.ts';
import type { LightFlags } from '../../light/openLight.ts';
import { messageJson } from '../../output/json.ts';
import type { Session } from '../../session.ts';
import type { Verb } from '../verb.ts';
import { showVerified } from './describe.ts';
import { proveSeries, sayNoSeries, seriesHint } from './series.ts';

/** What people call a coin, and its base unit; both have six digits. */
const COIN_DECIMALS = 6;
const denoms: Readonly<Record<string, string>> = { usd: 'uusd', tenor: 'utenor' };

export interface OwnerFlags extends LightFlags {
  readonly address?: string;
}

export const ownerOption = (command: Parameters<typeof lightOptions>[0]) =>
  lightOptions(command.option('--address <address>', 'whose it is, in place of --from'));

export function ownerOf(session: Session, named: string | undefined, { address }: OwnerFlags) {
  if (named !== undefined && address !== undefined) {
    throw usageError('Say whose it is once: as an argument, or with --address.');
  }
  return session.owner(named ?? address);
}

/** A trading account by its owner and number, proved; undefined when it is proved absent. */
async function proveSubaccount(
  state: VerifiedState,
  owner: string,
  number: number,
): Promise<Subaccount | undefined> {
  const id = await state.get(records.subaccountIds, [decodeAddress(owner)!, number]);
  return id === undefined ? undefined : state.get(records.subaccounts, id);
}

const holds = (owner: string, coins: string) => `${owner} holds ${coins}`;

export const verifyBalance: Verb<OwnerFlags> = {
  usage: 'balance [name-or-address] [denom]',
  description: 'what an address holds outside its trading accounts',
  examples: ['verify balance alice', 'verify balance tenor1… uusd --height 1200'],
  options: ownerOption,
  async run(session, [who, denom], flags) {
    const owner = ownerOf(session, who, flags);
    const asked = denom === undefined ? ['uusd', 'utenor'] : [denoms[denom] ?? denom];
    const light = await Light.open(session, flags);
    const [balances, state, ground] = await light.state(async (view) => {
      const found: { denom: string; amount: bigint }[] = [];
      for (const name of asked) {
        const amount = await view.get(records.balances, [decodeAddress(owner)!, name]);
        found.push({ denom: name, amount: amount ?? 0n });
      }
      return found;
    });
    const json = balances.map(({ denom: name, amount }) => ({
      ...{ denom: name, amount: amount.toString() },
      amountDecimal: formatDecimal(amount, COIN_DECIMALS),
    }));
    const text = json.map((coin) => formatCoin(coin)).join(' and ');
    showVerified(session.out, { owner, balances: json }, holds(owner, text), state, ground);
  },
};

export const verifyAccount: Verb<OwnerFlags> = {
  usage: 'account [name-or-address]',
  description: 'the cash of a trading account',
  examples: ['verify account alice', 'verify account --address tenor1… --subaccount 1'],
  options: ownerOption,
  async run(session, [who], flags) {
    const owner = ownerOf(session, who, flags);
    const { subaccount: number } = session.settings;
    const light = await Light.open(session, flags);
    const [found, state, ground] = await light.state((view) =>
      proveSubaccount(view, owner, number),
    );
    const subaccount = found === undefined ? null : messageJson(Subaccount, found);
    const sentence =
      found === undefined
        ? `${owner} has no subaccount ${number}`
        : `subaccount ${number} of ${owner} has ${formatUsd(found.cashUusd)} USD cash, ` +
          `${found.positions} positions and ${found.openOrders} open orders`;
    showVerified(session.out, { owner, number, subaccount }, sentence, state, ground);
  },
};

export const verifyPosition: Verb<OwnerFlags> = {
  usage: 'position <series> [name-or-address]',
  description: 'a position, or that there is none',
  examples: [
    'verify position BTC-27DEC26-100000-C --from alice',
    'verify position BTC-27DEC26-100000-C --address tenor1…',
  ],
  options: ownerOption,
  async run(session, [text, who], flags) {
    const symbol = text!.toUpperCase();
    const owner = ownerOf(session, who, flags);
    const { subaccount: number } = session.settings;
    const id = await seriesHint(session, symbol);
    const light = await Light.open(session, flags);
    const [[position, sentence], state, ground] = await light.state((view) =>
      provePosition(view, { owner, number, symbol, id }),
    );
    const json = position === null ? null : messageJson(Position, position);
    const result = { owner, number, series: symbol, position: json };
    showVerified(session.out, result, sentence, state, ground);
  },
};

interface Asked {
  readonly owner: string;
  readonly number: number;
  readonly symbol: string;
  /** The id of the series as the node gives it; null: it says that there is none. */
  readonly id: bigint | null;
}

async function provePosition(
  view: VerifiedState,
  { owner, number, symbol, id }: Asked,
): Promise<[Position | null, string]> {
  const whose = `subaccount ${number} of ${owner}`;
  const subaccount = await proveSubaccount(view, owner, number);
  if (subaccount === undefined) return [null, `${whose} does not exist, and holds no ${symbol}`];
  const because = id === null ? await sayNoSeries(view, symbol) : null;
  if (id === null || because !== null) return [null, `${whose} holds no ${symbol}: ${because}`];
  await proveSeries(view, id, symbol);
  const position = await view.get(records.positions, [subaccount.id, id]);
  if (position === undefined) return [null, `${whose} holds no ${symbol}`];
  const { quantity, costUusd } = position;
  const side = quantity < 0n ? 'is short' : 'holds';
  const size = formatQuantity(quantity < 0n ? -quantity : quantity);
  const cost = `${formatPrice(costUusd < 0n ? -costUusd : costUusd)} USD`;
  const paid = costUusd < 0n ? `${cost} received` : `${cost} paid`;
  return [position, `${whose} ${side} ${size} ${symbol}, ${paid}`];
}
