/** What of a chain registry's `chain.json` is read here. */
export interface RegistryChain {
  readonly chain_id: string;
  readonly pretty_name: string;
  readonly bech32_prefix: string;
  readonly slip44: number;
  readonly fees: {
    readonly fee_tokens: readonly {
      readonly denom: string;
      readonly low_gas_price: number;
      readonly average_gas_price: number;
      readonly high_gas_price: number;
    }[];
  };
  readonly staking: { readonly staking_tokens: readonly { readonly denom: string }[] };
  readonly apis: {
    readonly rpc: readonly { readonly address: string }[];
    readonly rest: readonly { readonly address: string }[];
  };
}

/** What of its `assetlist.json` is read here. */
export interface RegistryAssets {
  readonly assets: readonly {
    readonly base: string;
    readonly display: string;
    readonly symbol: string;
    readonly denom_units: readonly { readonly denom: string; readonly exponent: number }[];
  }[];
}

/**
 * The argument of Keplr's `experimentalSuggestChain` (docs.keplr.app/api/guide/suggest-chain), from
 * a chain's entry in a registry. @throws Error when the entry lacks a coin or a way in
 */
export function suggestChain(chain: RegistryChain, { assets }: RegistryAssets) {
  const currencies = assets.map(({ base, display, symbol, denom_units: units }) => ({
    coinDenom: symbol,
    coinMinimalDenom: base,
    coinDecimals: units.find(({ denom }) => denom === display)?.exponent ?? 0,
  }));
  const currency = (denom: string | undefined) => {
    const found = currencies.find(({ coinMinimalDenom }) => coinMinimalDenom === denom);
    if (found === undefined) throw new Error(`the asset list has no ${denom ?? 'staking token'}`);
    return found;
  };
  const [rpc, rest] = [chain.apis.rpc[0]?.address, chain.apis.rest[0]?.address];
  if (rpc === undefined || rest === undefined) throw new Error('the entry names no RPC or REST');
  return {
    ...{ chainId: chain.chain_id, chainName: chain.pretty_name, rpc, rest },
    bip44: { coinType: chain.slip44 },
    bech32Config: bech32Config(chain.bech32_prefix),
    currencies,
    feeCurrencies: chain.fees.fee_tokens.map((token) => ({
      ...currency(token.denom),
      gasPriceStep: {
        low: token.low_gas_price,
        average: token.average_gas_price,
        high: token.high_gas_price,
      },
    })),
    stakeCurrency: currency(chain.staking.staking_tokens[0]?.denom),
    features: [] as string[],
  };
}

const bech32Config = (prefix: string) => ({
  bech32PrefixAccAddr: prefix,
  bech32PrefixAccPub: `${prefix}pub`,
  bech32PrefixValAddr: `${prefix}valoper`,
  bech32PrefixValPub: `${prefix}valoperpub`,
  bech32PrefixConsAddr: `${prefix}valcons`,
  bech32PrefixConsPub: `${prefix}valconspub`,
});
