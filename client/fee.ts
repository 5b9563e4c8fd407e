import type { Coin } from '../proto/gen/cosmos.base.v1beta1.ts';
import { Params } from '../proto/gen/tenor.runtime.v1.ts';
import type { Node } from './node.ts';
import { queries } from './queries.ts';
import type { TxSigner } from './signer.ts';
import { unsignedTx } from './signTx.ts';
import type { TxContent, TxFee } from './signTx.ts';

/** Gas on top of what a simulation used, in percent: state may differ by a little in the block. */
const GAS_PERCENT = 130n;
const PPM = 1_000_000n;

/** The simulated gas and more, at the governed price. */
export async function feeOf(
  node: Node,
  { address, pubkey }: TxSigner,
  content: TxContent,
  sequence: bigint,
): Promise<TxFee> {
  const { gasInfo } = await node.ask(queries.simulate, {
    txBytes: unsignedTx(content, pubkey, sequence),
  });
  const gasLimit = (gasInfo!.gasUsed * GAS_PERCENT) / 100n;
  const { params } = await node.ask(queries.params, { module: 'runtime' });
  const { balances } = await node.ask(queries.balances, { address, resolveDenom: false });
  return { gasLimit, coin: chooseFee(gasLimit, Params.decode(params), balances) };
}

/** In the first denomination that the balance covers; if none does, the chain says so. */
export function chooseFee(
  gasLimit: bigint,
  { gasPrices }: Pick<Params, 'gasPrices'>,
  balances: readonly Coin[],
): Coin | null {
  const offers = gasPrices.map(({ denom, pricePpm }) => ({
    denom,
    amount: (gasLimit * pricePpm + PPM - 1n) / PPM,
  }));
  const held = new Map(balances.map(({ denom, amount }) => [denom, BigInt(amount)]));
  const chosen = offers.find(({ denom, amount }) => (held.get(denom) ?? 0n) >= amount) ?? offers[0];
  if (chosen === undefined || chosen.amount === 0n) return null;
  return { denom: chosen.denom, amount: chosen.amount.toString() };
}
