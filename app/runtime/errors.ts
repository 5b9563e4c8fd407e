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
  txDecode: 2,
  invalidSequence: 3,
  unauthorized: 4,
  insufficientFunds: 5,
  unknownRequest: 6,
  invalidAddress: 7,
  invalidPubKey: 8,
  unknownAddress: 9,
  invalidCoins: 10,
  outOfGas: 11,
  memoTooLarge: 12,
  insufficientFee: 13,
  tooManySignatures: 14,
  noSignatures: 15,
  invalidRequest: 18,
  txInMempool: 19,
  txTooLarge: 21,
  keyNotFound: 22,
  invalidType: 29,
  txTimeoutHeight: 30,
  unknownExtension: 31,
  wrongSequence: 32,
  notFound: 38,
  txTimeout: 42,
});

/** Tenor's own refusals before a message runs. */
export const runtimeErrors = defineErrors('runtime', {
  assertion: 1,
  rateLimited: 2,
  reservedBytes: 3,
  duplicateNonce: 4,
  notCanonical: 5,
  badParams: 6,
  internal: 7,
  badPlan: 8,
  feeNeeded: 9,
});
