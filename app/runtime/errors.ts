/**
 * A refusal with a stable code: the transaction's writes are dropped and the code is its result.
 */
export class Reject extends Error {
  override readonly name = 'Reject';
  readonly codespace: string;
  readonly code: number;

  constructor(codespace: string, code: number, message: string) {
    super(message);
    this.codespace = codespace;
    this.code = code;
  }
}

type ErrorTable<T extends Record<string, number>> = {
  readonly [K in keyof T]: (message: string) => Reject;
} & { readonly codespace: string; readonly codes: Readonly<Record<string, number>> };

/** Each is defined in one place, so that no code means two things. */
const codespaces = new Set<string>();

/**
 * A module's refusals: name → code. Codes are positive, unique in the codespace and never reused;
 * the sentence says what to do and is not consensus data.
 */
export function defineErrors<const T extends Record<string, number>>(
  codespace: string,
  codes: T,
): ErrorTable<T> {
  if (codespaces.has(codespace)) throw new Error(`codespace ${codespace} is taken`);
  codespaces.add(codespace);
  const seen = new Set<number>();
  const table: Record<string, unknown> = { codespace, codes };
  for (const [name, code] of Object.entries(codes)) {
    if (code < 1 || seen.has(code)) throw new Error(`${codespace}: code ${code} is taken`);
    seen.add(code);
    table[name] = (message: string) => new Reject(codespace, code, message);
  }
  return table as ErrorTable<T>;
}

/**
 * The Cosmos SDK's root errors, with its codespace and codes (cosmos-sdk/types/errors/errors.go).
 */
export const sdk = defineErrors('sdk', {
  /**
   * The bytes are no transaction of this chain, or a message has a field it does not know.
   * Do: Use a client of this version.
   */
  txDecode: 2,
  /**
   * Kept for clients: sequences that do not match have code 32.
   * Do: Read the account again, then sign again.
   */
  invalidSequence: 3,
  /**
   * The signature does not hold, or the signer may not do this.
   * Do: Check the key, the account number and the chain id.
   */
  unauthorized: 4,
  /** The address holds less than is sent or paid. Do: See what there is: tenor bank balance */
  insufficientFunds: 5,
  /** No module knows this message or query. Do: Use a client of this version. */
  unknownRequest: 6,
  /** An address is not one of this chain. Do: It begins with tenor1: look for a typing error. */
  invalidAddress: 7,
  /**
   * The public key is missing, of another kind, or not that of the account.
   * Do: Sign with the secp256k1 key of the account.
   */
  invalidPubKey: 8,
  /**
   * The account does not exist yet.
   * Do: Somebody has to send this address some coins first: tenor bank send
   */
  unknownAddress: 9,
  /**
   * Coins are malformed, of no known denomination, or not sorted.
   * Do: Give whole base units of uusd or utenor, more than zero.
   */
  invalidCoins: 10,
  /**
   * The gas limit was used up, or is above the most there may be.
   * Do: Simulate again, and give more gas or send fewer messages.
   */
  outOfGas: 11,
  /** The memo is too long. Do: Shorten it. */
  memoTooLarge: 12,
  /**
   * The fee is less than the gas costs, or of another denomination.
   * Do: The fee follows the gas by itself; try again.
   */
  insufficientFee: 13,
  /** Kept for clients of the Cosmos SDK. Do: Sign once for each signer. */
  tooManySignatures: 14,
  /** There are not as many signatures as signers. Do: Sign once for each signer. */
  noSignatures: 15,
  /**
   * The request contradicts itself or is malformed; the sentence says where.
   * Do: Correct what the sentence names.
   */
  invalidRequest: 18,
  /** Kept for clients: the engine answers for what it holds already. Do: Wait for its block. */
  txInMempool: 19,
  /** The transaction has too many bytes. Do: Split it. */
  txTooLarge: 21,
  /**
   * There is no such account.
   * Do: Somebody has to send this address some coins first: tenor bank send
   */
  keyNotFound: 22,
  /** Kept for clients of the Cosmos SDK. Do: Use a client of this version. */
  invalidType: 29,
  /** The height until which it was valid is past. Do: Sign it again with a later timeout height. */
  txTimeoutHeight: 30,
  /** Kept for clients: an extension option that nobody knows. Do: Leave extension options out. */
  unknownExtension: 31,
  /**
   * The sequence is not the next one of the account.
   * Do: Another transaction of this account was under way; try again.
   */
  wrongSequence: 32,
  /**
   * Fees that another account pays, and messages that another account sends (feegrant, authz).
   * Do: Sign it with the account whose it is, or with a session key: tenor session grant
   */
  notSupported: 37,
  /** What was asked for is not there. Do: Check its name, and whether it has happened yet. */
  notFound: 38,
  /** The time until which it was valid is past. Do: Try again. */
  txTimeout: 42,
});

/** Tenor's own refusals before a message runs. */
export const runtimeErrors = defineErrors('runtime', {
  /**
   * A check inside failed; nothing was changed.
   * Do: Please report it with the transaction’s hash.
   */
  assertion: 1,
  /** Too many messages without a fee in a short time. Do: Wait a few seconds, then send again. */
  rateLimited: 2,
  /** The bytes begin like what only a proposer may put in a block. Do: Send a transaction. */
  reservedBytes: 3,
  /**
   * This unordered transaction was accepted before.
   * Do: See what became of it: tenor tx show HASH
   */
  duplicateNonce: 4,
  /**
   * The transaction is not in the one encoding there is (ADR-027).
   * Do: Encode it with a protobuf library, fields in order.
   */
  notCanonical: 5,
  /**
   * Parameters are malformed or out of their bounds.
   * Do: See those in force: tenor gov params MODULE
   */
  badParams: 6,
  /** A fault of the node. Do: Please report it, with the log of the node. */
  internal: 7,
  /**
   * The upgrade cannot be planned so, or none is planned.
   * Do: See what is planned: tenor gov upgrades
   */
  badPlan: 8,
  /**
   * The account holds too little for messages without a fee.
   * Do: Pay a fee, or deposit more: tenor account deposit 1000usd
   */
  feeNeeded: 9,
  /** The block has no room left for it: it was not executed. Do: Send it again. */
  blockFull: 10,
  /**
   * The node's read side is restarting, or has too much to do.
   * Do: Ask again in a moment, or ask another node.
   */
  readSideBusy: 20,
});
