import type { OfflineDirectSigner } from '@cosmjs/proto-signing';
import type { TxSigner } from '../../client/index.ts';
import { walletSigner } from '../../client/signer.ts';
import { getJson, network, node } from '../store/network.ts';
import { remember } from './remembered.ts';
import { setWallet } from './wallet.ts';

// https://docs.keplr.app/api: what of it is used here.
interface Keplr {
  defaultOptions?: { sign?: { preferNoSetFee?: boolean; preferNoSetMemo?: boolean } };
  experimentalSuggestChain(info: object): Promise<void>;
  enable(chainId: string): Promise<void>;
  getKey(chainId: string): Promise<{ readonly name: string; readonly bech32Address: string }>;
  getOfflineSigner(chainId: string): OfflineDirectSigner;
}

const keplrOf = (): Keplr | undefined => (globalThis as { keplr?: Keplr }).keplr;

const PREFIX = 'tenor';
const PPM = 1_000_000;
const coins = {
  uusd: { coinDenom: 'USD', coinMinimalDenom: 'uusd', coinDecimals: 6 },
  utenor: { coinDenom: 'TENOR', coinMinimalDenom: 'utenor', coinDecimals: 6 },
};

interface GasPrice {
  readonly denom: keyof typeof coins;
  readonly pricePpm: string;
}

/** How Keplr comes to know the chain: https://docs.keplr.app/api/guide/suggest-chain. */
export function chainInfo(chainId: string, nodeUrl: string, gasPrices: readonly GasPrice[]) {
  const bech32 = Object.entries({
    ...{ AccAddr: '', AccPub: 'pub', ValAddr: 'valoper', ValPub: 'valoperpub' },
    ...{ ConsAddr: 'valcons', ConsPub: 'valconspub' },
  }).map(([name, suffix]) => [`bech32Prefix${name}`, PREFIX + suffix]);
  return {
    chainId,
    chainName: `Tenor (${chainId})`,
    rpc: `${nodeUrl}/rpc`,
    rest: nodeUrl,
    bip44: { coinType: 118 },
    bech32Config: Object.fromEntries(bech32) as Record<string, string>,
    currencies: Object.values(coins),
    feeCurrencies: gasPrices.map(({ denom, pricePpm }) => {
      const average = Number(pricePpm) / PPM;
      return { ...coins[denom], gasPriceStep: { low: average, average, high: 2 * average } };
    }),
    stakeCurrency: coins.utenor,
    features: [],
  };
}

async function suggest(keplr: Keplr, chainId: string): Promise<void> {
  interface Params {
    readonly params: { readonly runtime: { readonly gasPrices: readonly GasPrice[] } };
  }
  const { params } = await getJson<Params>('/tenor/v1/params?module=runtime');
  await keplr.experimentalSuggestChain(chainInfo(chainId, node.value, params.runtime.gasPrices));
}

async function keplrSigner(): Promise<{ readonly name: string; readonly signer: TxSigner }> {
  const keplr = keplrOf();
  const chainId = network.value?.chainId;
  if (keplr === undefined) throw new Error('Keplr is not installed in this browser.');
  if (chainId === undefined) throw new Error('The node does not answer yet.');
  // What is sent is what was made here: fees are simulated, orders are free.
  keplr.defaultOptions = { sign: { preferNoSetFee: true, preferNoSetMemo: true } };
  await suggest(keplr, chainId);
  await keplr.enable(chainId);
  const { name } = await keplr.getKey(chainId);
  return { name, signer: await walletSigner(keplr.getOfflineSigner(chainId)) };
}

/** Asks Keplr to know the chain, and for its account there. */
export async function connectKeplr(): Promise<void> {
  const { name, signer } = await keplrSigner();
  setWallet({ kind: 'keplr', name, owner: signer.address }, { owner: signer });
  remember({ kind: 'keplr' });
}

/** The owner's key of a session, for what the session may not. */
export async function keplrOwner(owner: string): Promise<TxSigner> {
  const { signer } = await keplrSigner();
  if (signer.address === owner) return signer;
  throw new Error(`Keplr has ${signer.address} chosen; this account is ${owner}.`);
}
