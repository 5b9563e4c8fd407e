import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { FrameReader, FramingError } from './framing.ts';

function uvarint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return [...bytes, rest];
}

function framed(bodies: Uint8Array[]): Uint8Array {
  return Uint8Array.from(bodies.flatMap((body) => [...uvarint(body.length), ...body]));
}

/** The frames that come out when `stream` arrives cut at the given offsets. */
function framesOf(stream: Uint8Array, cuts: number[], reader = new FrameReader()): Uint8Array[] {
  const frames: Uint8Array[] = [];
  const offsets = [0, ...cuts.toSorted((a, b) => a - b), stream.length];
  for (let i = 1; i < offsets.length; i += 1) {
    reader.push(stream.subarray(offsets[i - 1], offsets[i]), (frame) => frames.push(frame));
  }
  return frames;
}

const bodies = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 });

describe('FrameReader', () => {
  test('finds the same frames however the stream is cut', () => {
    fc.assert(
      fc.property(bodies, fc.array(fc.nat()), (expected, positions) => {
        const stream = framed(expected);
        const cuts = positions.map((position) => position % (stream.length + 1));
        expect(framesOf(stream, cuts)).toEqual(expected);
      }),
    );
  });

  test('finds frames that arrive byte by byte', () => {
    const expected = [new Uint8Array(0), new Uint8Array(130).fill(7), Uint8Array.of(1)];
    const stream = framed(expected);
    expect(framesOf(stream, [...stream.keys()])).toEqual(expected);
  });

  test('hands out a view, not a copy, of a frame that lies whole in a chunk', () => {
    const stream = framed([Uint8Array.of(1, 2), Uint8Array.of(3)]);
    const frames = framesOf(stream, []);
    expect(frames.map((frame) => frame.buffer === stream.buffer)).toEqual([true, true]);
  });

  test('accepts a frame of exactly the limit and refuses one byte more', () => {
    const limit = 200;
    expect(framesOf(framed([new Uint8Array(limit)]), [], new FrameReader(limit))).toHaveLength(1);
    const oversize = Uint8Array.from(uvarint(limit + 1));
    expect(() => framesOf(oversize, [], new FrameReader(limit))).toThrow(FramingError);
  });

  test('refuses a length whose varint never ends', () => {
    const endless = new Uint8Array(5).fill(0x80);
    expect(() => framesOf(endless, [1, 2, 3])).toThrow(FramingError);
  });

  test('refuses a length beyond 32 bits without wrapping around', () => {
    const beyond = Uint8Array.of(0x80, 0x80, 0x80, 0x80, 0x10); // 2^32
    expect(() => framesOf(beyond, [])).toThrow('4294967296 bytes');
  });

  test('hands out the frames before the malformed one', () => {
    const frames: Uint8Array[] = [];
    const stream = Uint8Array.of(1, 42, 0xff, 0xff, 0xff, 0xff, 0xff);
    const push = () => new FrameReader().push(stream, (frame) => frames.push(frame));
    expect(push).toThrow(FramingError);
    expect(frames).toEqual([Uint8Array.of(42)]);
  });
});
