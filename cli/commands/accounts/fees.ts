import type { Command } from 'commander';
import {
  MsgSetReferrer,
  Params as AccountsParams,
  QueryFeesResponse,
} from '../../../proto/gen/tenor.accounts.v1.ts';
import { Params as MarginParams } from '../../../proto/gen/tenor.margin.v1.ts';
import { queries } from '../../../client/queries.ts';
import { msgOf } from '../../../client/signTx.ts';
import { formatUsd } from '../../amounts.ts';
import type { Node } from '../../chain/node.ts';
import { usageError } from '../../errors.ts';
import { messageJson } from '../../output/json.ts';
import type { TxFlags } from '../../session.ts';
import { showSent } from '../showSent.ts';
import { txOptions, type Verb } from '../verb.ts';

const PPM = 1_000_000;

async function paramsOf(node: Node) {
  const [accounts, margin] = await Promise.all(
    ['accounts', 'margin'].map((module) => node.ask(queries.params, { module })),
  );
  return {
    accounts: AccountsParams.decode(accounts!.params),
    margin: MarginParams.decode(margin!.params),
  };
}

/** `0.024%` of `300` millionths at a share of `800000`. */
const rate = (ppm: number, sharePpm: number): string =>
  `${Number(((ppm * sharePpm) / PPM / 10_000).toFixed(6))}%`;

export const fees: Verb = {
  usage: 'fees [name-or-address]',
  description: 'what trades cost: tier, fees of the last 30 days, referrer',
  examples: ['account fees --from alice', 'account fees tenor1… --json'],
  async run(session, [who]) {
    const { out } = session;
    const owner = session.owner(who);
    const node = await session.node();
    const [answer, { accounts, margin }] = await Promise.all([
      node.ask(queries.fees, { owner }),
      paramsOf(node),
    ]);
    const { makerFeePpm, takerFeePpm, feeCapPpm } = margin;
    const terms = answer.terms!;
    const rates = {
      makerPpm: Number(((makerFeePpm * terms.makerSharePpm) / PPM).toFixed(6)),
      takerPpm: Number(((takerFeePpm * terms.takerSharePpm) / PPM).toFixed(6)),
      capPpm: feeCapPpm,
    };
    out.show({ fees: messageJson(QueryFeesResponse, answer), rates }, () => {
      const { paidUusd, todayUusd, tier, next, referrer, receivedUusd, owedUusd } = answer;
      const ahead =
        next === undefined
          ? 'none, this is the best'
          : `from ${formatUsd(next.leastPaidUusd)} USD: ` +
            `maker ${rate(makerFeePpm, next.makerSharePpm)}, ` +
            `taker ${rate(takerFeePpm, next.takerSharePpm)}`;
      const share = rate(PPM, accounts.referrerFeePpm);
      return out.fields([
        ['tier', `${tier} of 0 to ${accounts.feeTiers.length - 1}`],
        ['as maker', `${rate(makerFeePpm, terms.makerSharePpm)} of index notional`],
        ['as taker', `${rate(takerFeePpm, terms.takerSharePpm)} of index notional`],
        ['at the most', `${rate(PPM, feeCapPpm)} of the premium`],
        ['paid in 30 days', `${formatUsd(paidUusd)} USD before today, which make the tier`],
        ['paid today', `${formatUsd(todayUusd)} USD`],
        ['next tier', ahead],
        ['referrer', referrer === '' ? 'none' : `${referrer}, who has ${share} of the fees`],
        ['earned as referrer', `${formatUsd(receivedUusd + owedUusd)} USD`],
      ]);
    });
  },
};

export const refer: Verb<TxFlags> = {
  usage: 'refer <address>',
  description: 'name who brought you here: a share of your fees is theirs, for good',
  examples: ['account refer tenor1… --from alice'],
  options: (command: Command) => txOptions(command),
  async run(session, [who], flags) {
    const referrer = session.owner(who);
    const { name, address } = session.keys.find(session.keys.from());
    if (referrer === address) throw usageError('Nobody is their own referrer.');
    await session.confirm(`Name ${referrer} as the referrer of ${name}, for good?`);
    const signer = await session.keys.signer();
    const msg = msgOf(MsgSetReferrer, { sender: signer.address, referrer });
    showSent(session, await session.send(signer, [msg], flags), 'referrer set');
  },
};
