import { ics23, iavlSpec, tendermintSpec } from '@confio/ics23';
import { verifyMembership, verifyNonMembership } from '@confio/ics23';
import { expect } from '@jest/globals';
import { eventually } from './client.ts';
import type { NodeClient } from './client.ts';

interface Answer {
  readonly response: {
    readonly value: string | null;
    readonly height: string;
    readonly proofOps: { readonly ops: readonly { type: string; key: string; data: string }[] };
  };
}

/** As a relayer does it: the two steps, by the library, against the header one above. */
export async function proved(
  node: NodeClient,
  store: string,
  key: Uint8Array,
  height: number,
): Promise<Buffer | null> {
  const data = Buffer.from(key).toString('hex');
  const params = { path: `/store/${store}/key`, data, height: String(height), prove: true };
  const { response } = await node.call<Answer>('abci_query', params);
  const [lower, upper] = response.proofOps.ops;
  expect([lower!.type, upper!.type]).toEqual(['ics23:iavl', 'ics23:simple']);
  expect(Buffer.from(lower!.key, 'base64')).toEqual(Buffer.from(key));
  expect(Buffer.from(upper!.key, 'base64').toString()).toBe(store);
  const decode = ({ data: bytes }: { data: string }) =>
    ics23.CommitmentProof.decode(Buffer.from(bytes, 'base64'));
  const hex = await eventually(`header ${height + 1}`, () => node.appHash(height + 1));
  const appHash = Buffer.from(hex, 'hex');
  const root = decode(upper!).exist!.value!;
  const name = Buffer.from(store);
  expect(verifyMembership(decode(upper!), tendermintSpec, appHash, name, root)).toBe(true);
  const value = Buffer.from(response.value ?? '', 'base64');
  if (value.length === 0) {
    expect(verifyNonMembership(decode(lower!), iavlSpec, root, key)).toBe(true);
    return null;
  }
  expect(verifyMembership(decode(lower!), iavlSpec, root, key, value)).toBe(true);
  const other = Buffer.concat([value, Buffer.of(1)]);
  expect(verifyMembership(decode(lower!), iavlSpec, root, key, other)).toBe(false);
  return value;
}
