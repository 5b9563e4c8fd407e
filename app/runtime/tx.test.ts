import { beforeEach, describe, expect, test } from '@jest/globals';
import { TxRaw } from '../../proto/gen/cosmos.tx.v1beta1.ts';
import { Execution, sendMsg } from '../../test/harness/execution.ts';
import type { TxOptions } from '../../test/harness/keys.ts';

let chain: Execution;
beforeEach(() => {
  chain = new Execution();
});

const aliceSends = (options: Partial<TxOptions> = {}) =>
  chain.sign(chain.alice, [sendMsg(chain.alice, chain.bob)], options);

function altered(tx: Uint8Array, change: (raw: TxRaw) => Partial<TxRaw>): Uint8Array {
  const raw = TxRaw.decode(tx);
  return TxRaw.encode({ ...raw, ...change(raw) });
}

describe('bytes', () => {
  test.each([
    ['nothing', new Uint8Array(0), 'sdk/18'],
    ['noise', Uint8Array.of(1, 2, 3, 4), 'sdk/2'],
    ['an injected look-alike', Uint8Array.of(0, 0x54, 0x56, 1, 8, 0), 'runtime/3'],
    ['more bytes than allowed', new Uint8Array(70_000).fill(10), 'sdk/21'],
  ])('%s is refused', (_, bytes, code) => expect(chain.refusal(bytes)).toBe(code));

  test('a TxRaw in another order, or with an empty field spelled out, is refused', () => {
    const [body, ...rest] = split(aliceSends());
    expect(chain.refusal(Buffer.concat([...rest, body!]))).toBe('runtime/5');
    expect(chain.refusal(Buffer.concat([aliceSends(), Uint8Array.of(0x0a, 0)]))).toBe('runtime/5');
  });

  test('an unknown field is refused at any depth', () => {
    const unknown = Uint8Array.of(0xf8, 0x3f, 1);
    expect(chain.refusal(Buffer.concat([aliceSends(), unknown]))).toBe('sdk/2');
    const inBody = altered(aliceSends(), ({ bodyBytes }) => ({
      bodyBytes: Buffer.concat([bodyBytes, unknown]),
    }));
    expect(chain.refusal(inBody)).toBe('sdk/2');
    const { typeUrl, value } = sendMsg(chain.alice, chain.bob);
    const inMsg = { typeUrl, value: Buffer.concat([value, unknown]) };
    expect(chain.refusal(chain.sign(chain.alice, [inMsg]))).toBe('sdk/2');
  });

  test('a message that no module handles is refused', () => {
    const msg = { typeUrl: '/nobody.v1.MsgNothing', value: new Uint8Array(0) };
    expect(chain.refusal(chain.sign(chain.alice, [msg]))).toBe('sdk/6');
  });

  test('no message, too many messages and a long memo are refused', () => {
    expect(chain.refusal(chain.sign(chain.alice, []))).toBe('sdk/18');
    const many = Array.from({ length: 101 }, () => sendMsg(chain.alice, chain.bob));
    expect(chain.refusal(chain.sign(chain.alice, many))).toBe('sdk/18');
    expect(chain.refusal(aliceSends({ memo: 'é'.repeat(129) }))).toBe('sdk/12');
    expect(chain.run(aliceSends({ memo: 'é'.repeat(128) }))).toMatchObject({ code: 0 });
  });
});

/** The three top-level fields of a TxRaw, each with its tag; lengths take two bytes at the most. */
function split(tx: Uint8Array): Uint8Array[] {
  const fields: Uint8Array[] = [];
  for (let at = 0; at < tx.length;) {
    const long = tx[at + 1]! > 127;
    const length = long ? (tx[at + 1]! & 127) | (tx[at + 2]! << 7) : tx[at + 1]!;
    const end = at + (long ? 3 : 2) + length;
    fields.push(tx.subarray(at, end));
    at = end;
  }
  return fields;
}
