import { serializeSignDoc } from '@cosmjs/amino';
import type { StdSignDoc } from '@cosmjs/amino';
import { createHash } from 'node:crypto';
import type { UserKey } from './keys.ts';

/** A signature of what cosmjs would show to a hardware wallet. */
export const aminoSignature = (key: UserKey, doc: StdSignDoc): Uint8Array =>
  key.signHash(createHash('sha256').update(serializeSignDoc(doc)).digest());
