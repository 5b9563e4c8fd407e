import type { Command } from 'commander';
import type { Coin } from '../../proto/gen/cosmos.base.v1beta1.ts';
import { MsgSend } from '../../proto/gen/cosmos.bank.v1beta1.ts';
import { queries } from '../../client/queries.ts';
import { msgOf } from '../../client/signTx.ts';
import { formatCoin, parseCoin } from '../amounts.ts';
import { formatDecimal } from '../../app/lib/decimal.ts';
import type { TxFlags } from '../session.ts';
import { showSent } from './showSent.ts';
import { Group, txOptions, type Open, type Verb } from './verb.ts';

/** Both coins have six digits. */
const COIN_DECIMALS = 6;

const coinJson = ({ denom, amount }: Coin) => ({
  denom,
  amount,
  amountDecimal: formatDecimal(BigInt(amount), COIN_DECIMALS),
});

const balance: Verb = {
  usage: 'balance [name-or-address]',
  description: 'what an address holds outside its trading accounts',
  examples: ['bank balance --from alice', 'bank balance alice', 'bank balance tenor1…'],
  async run(session, [who]) {
    const { out } = session;
    const address = session.owner(who);
    const node = await session.node();
    const { balances } = await node.ask(queries.balances, { address, resolveDenom: false });
    out.show({ address, balances: balances.map(coinJson) }, () => {
      const rows = balances.map((coin) => [formatCoin(coin)]);
      const text =
        rows.length === 0 ? 'nothing' : out.table([{ title: 'HOLDS', align: 'right' }], rows);
      return [out.color.dim(address), text];
    });
  },
};

const send: Verb<TxFlags> = {
  usage: 'send <to> <amount>',
  description: 'send coins to a name or an address',
  examples: ['bank send bob 10usd --from alice', 'bank send tenor1… 2tenor --from alice'],
  options: txOptions,
  async run(session, [to, text], flags) {
    const coin = parseCoin(text!);
    const toAddress = session.keys.addressOf(to!);
    const from = session.keys.find(session.keys.from());
    await session.confirm(`Send ${formatCoin(coin)} from ${from.name} to ${toAddress}?`);
    const signer = await session.keys.signer();
    const msg = msgOf(MsgSend, { fromAddress: signer.address, toAddress, amount: [coin] });
    showSent(session, await session.send(signer, [msg], flags), 'sent');
  },
};

export const bankGroup = (root: Command, open: Open): Group =>
  new Group(root, open, 'bank', 'coins of an address').verb(balance).verb(send);
