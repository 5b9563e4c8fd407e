import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  FrameDecoder,
  FrameError,
  MAX_FRAME_PAYLOAD_BYTES,
  encodeFrame,
} from './feederProtocol.ts';
import type { Frame } from './feederProtocol.ts';

const frames = fc.array(
  fc.record({
    producedMs: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
    payload: fc.uint8Array({ maxLength: 600 }),
  }),
  { maxLength: 6 },
);

function join(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((p) => [...p]));
}

const header = (...bytes: number[]): Uint8Array => Uint8Array.from([0x54, 0x46, 2, ...bytes]);

describe('feeder frames', () => {
  test('come out as they went in, wherever the stream is cut', () => {
    fc.assert(
      fc.property(frames, fc.array(fc.nat({ max: 40 })), (sent, cuts) => {
        const stream = join(sent.map(encodeFrame));
        const decoder = new FrameDecoder();
        const received: Frame[] = [];
        let at = 0;
        for (const size of cuts) {
          received.push(...decoder.push(stream.subarray(at, at + size)));
          at += size;
        }
        received.push(...decoder.push(stream.subarray(at)));
        expect(received).toEqual(sent);
      }),
    );
  });

  test('have these bytes', () => {
    const frame = encodeFrame({ producedMs: 0x0102030405, payload: Uint8Array.from([9, 8]) });
    expect([...frame]).toEqual([0x54, 0x46, 2, 0, 0, 0, 2, 0, 0, 0, 1, 2, 3, 4, 5, 9, 8]);
  });

  test('do not share memory with the chunk they came from', () => {
    const chunk = encodeFrame({ producedMs: 1, payload: Uint8Array.from([7]) });
    const [frame] = new FrameDecoder().push(chunk);
    chunk.fill(0);
    expect(frame!.payload).toEqual(Uint8Array.from([7]));
  });

  test.each([
    ['a wrong first byte', Uint8Array.from([0x47])],
    ['a wrong second byte', Uint8Array.from([0x54, 0x00])],
    ['another version', Uint8Array.from([0x54, 0x46, 1])],
    ['a length over the limit', header(0, 1, 0, 1)],
    ['a length with the highest bit set', header(0x80, 0, 0, 0)],
    ['a time beyond the safe integers', header(0, 0, 0, 0, 0, 0x20, 0, 0, 0, 0, 0, 0)],
  ])('are refused for %s, as soon as it shows', (_, bytes) => {
    expect(() => new FrameDecoder().push(bytes)).toThrow(FrameError);
  });

  test('are refused after a good one too', () => {
    const good = encodeFrame({ producedMs: 5, payload: Uint8Array.of(1) });
    const decoder = new FrameDecoder();
    expect(decoder.push(good)).toHaveLength(1);
    expect(() => decoder.push(Uint8Array.of(0))).toThrow(FrameError);
  });

  test('take the longest payload and no longer one', () => {
    const longest = { producedMs: 0, payload: new Uint8Array(MAX_FRAME_PAYLOAD_BYTES) };
    expect(new FrameDecoder().push(encodeFrame(longest))).toEqual([longest]);
    const longer = { producedMs: 0, payload: new Uint8Array(MAX_FRAME_PAYLOAD_BYTES + 1) };
    expect(() => encodeFrame(longer)).toThrow(FrameError);
    expect(() => encodeFrame({ producedMs: 1.5, payload: new Uint8Array() })).toThrow(FrameError);
  });
});
