import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { CheckTxType, Request, Response } from 'cosmjs-types/tendermint/abci/types';
import fc from 'fast-check';
import { ProtoWriter } from '../../proto/writer.ts';
import { frames } from '../../test/abci/abciClient.ts';
import { appendResponse, calls, decodeRequest, MalformedRequestError } from './calls.ts';
import { FrameReader } from './framing.ts';

/** Frames made by CometBFT's own code (test/vectors/abci/generate.go). */
interface CallVector {
  kind: keyof Request;
  filled: boolean;
  request: string;
  response: string;
}

const vectorsUrl = new URL('../../test/vectors/abci/calls.json', import.meta.url);
const vectors = JSON.parse(readFileSync(vectorsUrl, 'utf8')) as CallVector[];

function bodyOf(frameHex: string): Uint8Array {
  const bodies: Uint8Array[] = [];
  new FrameReader().push(Buffer.from(frameHex, 'hex'), (body) => bodies.push(body));
  expect(bodies).toHaveLength(1);
  return bodies[0]!;
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe("agrees with CometBFT's own encoding of", () => {
  test.each(vectors.filter(({ filled }) => filled))('$kind', ({ kind, request, response }) => {
    const decoded = decodeRequest(bodyOf(request));
    expect(decoded.call.kind).toBe(kind);
    expect(hex(frames({ [kind]: decoded.request }))).toBe(request);
    const writer = new ProtoWriter();
    appendResponse(decoded.call, Response.decode(bodyOf(response))[kind], writer);
    expect(hex(writer.finish())).toBe(response);
  });
});

describe('decodeRequest', () => {
  test('reads empty requests, as the generated decoder does', () => {
    const empty = vectors.filter(({ filled }) => !filled);
    expect(empty).toHaveLength(calls.length);
    for (const { kind, request } of empty) {
      const body = bodyOf(request);
      expect({ [kind]: decodeRequest(body).request }).toEqual(present(Request.decode(body)));
    }
  });

  test('gives the request bytes of its own', () => {
    const body = bodyOf(
      hex(frames({ checkTx: { tx: Uint8Array.of(1, 2), type: CheckTxType.NEW } })),
    );
    const { request } = decodeRequest(body);
    body.fill(0xff);
    expect(request).toEqual({ tx: Uint8Array.of(1, 2), type: 0 });
  });

  test('takes or refuses any bytes, and takes nothing the generated decoder does not', () => {
    const mutated = fc
      .tuple(fc.constantFrom(...vectors), fc.nat(), fc.nat({ max: 255 }), fc.boolean())
      .map(([{ request }, position, value, cut]) => {
        const body = Uint8Array.from(bodyOf(request));
        if (cut) return body.subarray(0, position % (body.length + 1));
        body[position % body.length] = value;
        return body;
      });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 60 }), mutated), (bytes) => {
        let decoded: ReturnType<typeof decodeRequest>;
        try {
          decoded = decodeRequest(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedRequestError);
          return;
        }
        const { call, request } = decoded;
        expect({ [call.kind]: request }).toEqual(present(Request.decode(bytes)));
      }),
      { numRuns: 500 },
    );
  });
});

/** The fields of a oneof that are set. */
function present(request: Request): Partial<Request> {
  return Object.fromEntries(Object.entries(request).filter(([, value]) => value !== undefined));
}
