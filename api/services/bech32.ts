import { bech32 } from '@scure/base';
import { ADDRESS_BYTES, ADDRESS_PREFIX, decodeAddress } from '../../app/lib/address.ts';
import { BadRequest } from '../params.ts';

const OPERATOR = `${ADDRESS_PREFIX}valoper`;
const CONSENSUS = `${ADDRESS_PREFIX}valcons`;

const encoded = (prefix: string) => (bytes: Uint8Array) =>
  bech32.encode(prefix, bech32.toWords(bytes));

/** A validator's operator as Cosmos tools name it: `tenorvaloper1…`. */
export const operatorText = encoded(OPERATOR);
/** A validator's key as Cosmos tools name it: `tenorvalcons1…`. */
export const consensusText = encoded(CONSENSUS);

/** @throws BadRequest */
export function operatorBytes(text: string): Uint8Array {
  const decoded = bech32.decodeUnsafe(text, 90);
  const bytes = decoded?.prefix === OPERATOR ? bech32.fromWordsUnsafe(decoded.words) : undefined;
  if (bytes?.length === ADDRESS_BYTES) return bytes;
  throw new BadRequest(
    `${text.slice(0, 100)} is no operator's address: it begins with ${OPERATOR}1`,
  );
}

/** The address itself. @throws BadRequest when it is not one of this chain */
export function accountText(text: string): string {
  if (decodeAddress(text) !== null) return text;
  throw new BadRequest(`${text.slice(0, 100)} is not a tenor address`);
}
