import { Secp256k1Wallet } from '@cosmjs/amino';
import type { StdSignDoc } from '@cosmjs/amino';
import { DirectSecp256k1Wallet, makeSignDoc } from '@cosmjs/proto-signing';
import type { Page } from 'playwright-core';

/** What a page asked of the wallet, in order. */
export interface Asked {
  readonly what: 'suggest' | 'enable' | 'getKey' | 'signDirect' | 'signAmino';
  readonly chainId: string;
}

/** A document as it goes between the page and this process. */
interface DirectText {
  readonly bodyBytes: string;
  readonly authInfoBytes: string;
  readonly chainId: string;
  readonly accountNumber: string;
}

/** What https://docs.keplr.app/api/guide/suggest-chain requires of a chain. */
interface ChainInfo {
  readonly chainId: string;
  readonly [field: string]: unknown;
}

const REQUIRED = [
  ...['chainId', 'chainName', 'rpc', 'rest', 'bip44', 'bech32Config'],
  ...['currencies', 'feeCurrencies', 'stakeCurrency'],
];
const PREFIXES = ['AccAddr', 'AccPub', 'ValAddr', 'ValPub', 'ConsAddr', 'ConsPub'];

/**
 * Keplr as a page sees it (https://docs.keplr.app/api): `window.keplr`, whose keys are elsewhere.
 * It signs for real, with cosmjs, in this process; a chain must be suggested, and enabled by its
 * user, before it says who it is.
 */
export class FakeKeplr {
  readonly asked: Asked[] = [];
  /** While true its user says no to every prompt. */
  isRefusing = false;
  readonly #direct: DirectSecp256k1Wallet;
  readonly #amino: Secp256k1Wallet;
  readonly #suggested = new Set<string>();
  readonly #enabled = new Set<string>();

  private constructor(direct: DirectSecp256k1Wallet, amino: Secp256k1Wallet) {
    this.#direct = direct;
    this.#amino = amino;
  }

  static async of(privateKey: Uint8Array): Promise<FakeKeplr> {
    const direct = await DirectSecp256k1Wallet.fromKey(privateKey, 'tenor');
    return new FakeKeplr(direct, await Secp256k1Wallet.fromKey(privateKey, 'tenor'));
  }

  /** How often its user was asked to sign. */
  get prompts(): number {
    return this.asked.filter(({ what }) => what.startsWith('sign')).length;
  }

  /** Puts it into every page that is loaded from now on. */
  async install(page: Page): Promise<void> {
    await page.exposeFunction('askFakeKeplr', (what: Asked['what'], text: string) =>
      this.#answer(what, text),
    );
    await page.addInitScript(pageSide);
    await page.reload({ waitUntil: 'domcontentloaded' });
  }

  async #answer(what: Asked['what'], text: string): Promise<string> {
    const given = JSON.parse(text) as ChainInfo;
    const { chainId } = given;
    this.asked.push({ what, chainId });
    if (what === 'suggest') this.#suggest(given);
    else if (!this.#suggested.has(chainId))
      throw new Error(`There is no chain info for ${chainId}`);
    else if (what === 'enable') this.#enabled.add(chainId);
    else if (!this.#enabled.has(chainId)) throw new Error(`${chainId} is not enabled`);
    if (this.isRefusing && what !== 'getKey') throw new Error('Request rejected');
    if (what === 'getKey') return JSON.stringify(await this.#key());
    if (what === 'signDirect') return this.#signDirect(given as unknown as DirectText);
    if (what === 'signAmino') return this.#signAmino(given['doc'] as StdSignDoc);
    return '{}';
  }

  #suggest(info: ChainInfo): void {
    const missing = REQUIRED.filter((field) => info[field] === undefined);
    const bech32 = (info['bech32Config'] ?? {}) as Readonly<Record<string, string>>;
    const prefixes = PREFIXES.filter((name) => bech32[`bech32Prefix${name}`] === undefined);
    if (missing.length + prefixes.length > 0) {
      throw new Error(`the chain info lacks ${[...missing, ...prefixes].join(', ')}`);
    }
    this.#suggested.add(info.chainId);
  }

  async #key(): Promise<object> {
    const [account] = await this.#direct.getAccounts();
    const { address, pubkey, algo } = account!;
    return { name: 'My Keplr', bech32Address: address, algo, pubKey: [...pubkey] };
  }

  async #signDirect({ bodyBytes, authInfoBytes, ...rest }: DirectText): Promise<string> {
    const [account] = await this.#direct.getAccounts();
    const [body, authInfo] = [bodyBytes, authInfoBytes].map((hex) => Buffer.from(hex, 'hex'));
    const doc = makeSignDoc(body!, authInfo!, rest.chainId, Number(rest.accountNumber));
    const { signature } = await this.#direct.signDirect(account!.address, doc);
    return JSON.stringify({ signature });
  }

  async #signAmino(doc: StdSignDoc): Promise<string> {
    const [account] = await this.#amino.getAccounts();
    return JSON.stringify(await this.#amino.signAmino(account!.address, doc));
  }
}

/** Runs in the page: nothing but this function is there. */
function pageSide(): void {
  type Ask = (what: string, text: string) => Promise<string>;
  const { askFakeKeplr: ask } = globalThis as unknown as { askFakeKeplr: Ask };
  const asked = async (what: string, given: object) =>
    JSON.parse(await ask(what, JSON.stringify(given))) as Record<string, unknown>;
  const hex = (bytes: Uint8Array) =>
    Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  interface Doc {
    readonly bodyBytes: Uint8Array;
    readonly authInfoBytes: Uint8Array;
    readonly accountNumber: bigint;
    readonly chainId: string;
  }
  const getKey = async (chainId: string) => {
    const key = await asked('getKey', { chainId });
    return { ...key, pubKey: Uint8Array.from(key['pubKey'] as number[]) };
  };
  const signDirect = async (chainId: string, _signer: string, doc: Doc) => {
    const answer = await asked('signDirect', {
      ...{ chainId, accountNumber: String(doc.accountNumber) },
      ...{ bodyBytes: hex(doc.bodyBytes), authInfoBytes: hex(doc.authInfoBytes) },
    });
    return { signed: doc, signature: answer['signature'] };
  };
  const signAmino = (chainId: string, _signer: string, doc: object) =>
    asked('signAmino', { chainId, doc });
  const getOfflineSigner = (chainId: string) => ({
    chainId,
    getAccounts: async () => {
      const { bech32Address, pubKey, algo } = (await getKey(chainId)) as Record<string, unknown>;
      return [{ address: bech32Address, pubkey: pubKey, algo }];
    },
    signDirect: (signer: string, doc: Doc) => signDirect(chainId, signer, doc),
    signAmino: (signer: string, doc: object) => signAmino(chainId, signer, doc),
  });
  const keplr = {
    ...{ version: '0.12.0', mode: 'extension', defaultOptions: {} },
    enable: async (chainId: string) => {
      await asked('enable', { chainId });
    },
    experimentalSuggestChain: async (info: object) => {
      await asked('suggest', info);
    },
    ...{ getKey, signDirect, signAmino, getOfflineSigner },
  };
  Object.assign(globalThis, { keplr });
}
