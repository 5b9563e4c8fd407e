import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import protobuf from 'protobufjs';
import { ProtoWriter } from './writer.ts';

type Step = readonly [keyof typeof steps, unknown];
const steps = {
  uint32: (w: ProtoWriter, p: protobuf.Writer, v: number) => [w.uint32(v), p.uint32(v)],
  int32: (w: ProtoWriter, p: protobuf.Writer, v: number) => [w.int32(v), p.int32(v)],
  sint32: (w: ProtoWriter, p: protobuf.Writer, v: number) => [w.sint32(v), p.sint32(v)],
  fixed32: (w: ProtoWriter, p: protobuf.Writer, v: number) => [w.fixed32(v), p.sfixed32(v)],
  double: (w: ProtoWriter, p: protobuf.Writer, v: number) => [w.double(v), p.double(v)],
  bool: (w: ProtoWriter, p: protobuf.Writer, v: boolean) => [w.bool(v), p.bool(v)],
  string: (w: ProtoWriter, p: protobuf.Writer, v: string) => [w.string(v), p.string(v)],
  bytes: (w: ProtoWriter, p: protobuf.Writer, v: Uint8Array) => [w.bytes(v), p.bytes(v)],
  varint64: (w: ProtoWriter, p: protobuf.Writer, v: bigint) => [w.varint64(v), p.int64(String(v))],
  fixed64: (w: ProtoWriter, p: protobuf.Writer, v: bigint) => [w.fixed64(v), p.sfixed64(String(v))],
};

const i32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const edges = [31n, 32n, 35n, 63n].flatMap((bits) => [(1n << bits) - 1n, -(1n << bits)]);
const i64 = fc.oneof(
  fc.constantFrom(...edges, 1n << 31n, 1n << 32n, 3_000_000_000n),
  fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }),
);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(fc.constant('uint32' as const), fc.integer({ min: 0, max: 2 ** 32 - 1 })),
  fc.tuple(fc.constantFrom('int32' as const, 'sint32' as const, 'fixed32' as const), i32),
  fc.tuple(fc.constant('double' as const), fc.double()),
  fc.tuple(fc.constant('bool' as const), fc.boolean()),
  fc.tuple(fc.constant('string' as const), fc.string({ unit: 'binary', maxLength: 300 })),
  fc.tuple(fc.constant('bytes' as const), fc.uint8Array({ maxLength: 300 })),
  fc.tuple(fc.constantFrom('varint64' as const, 'fixed64' as const), i64),
);
interface Tree {
  readonly steps: Step[];
  readonly inner: Tree[];
}
const treeOf = (depth: number): fc.Arbitrary<Tree> =>
  fc.record({
    steps: fc.array(step, { maxLength: 6 }),
    inner: depth === 0 ? fc.constant([]) : fc.array(treeOf(depth - 1), { maxLength: 3 }),
  });

function write(of: Tree, writer: ProtoWriter, peer: protobuf.Writer): void {
  for (const [kind, value] of of.steps) steps[kind](writer, peer, value as never);
  for (const inner of of.inner) {
    write(inner, writer.fork(), peer.fork());
    writer.ldelim();
    peer.ldelim();
  }
}

test('writes the bytes that protobufjs writes, nested as it may be', () => {
  const writer = new ProtoWriter(1);
  fc.assert(
    fc.property(treeOf(3), (drawn) => {
      const peer = protobuf.Writer.create();
      write(drawn, writer, peer);
      const expected = peer.finish();
      expect(writer).toHaveLength(expected.length);
      expect(Buffer.from(writer.finish()).equals(expected)).toBe(true);
      expect(writer).toHaveLength(0);
    }),
    { numRuns: 300 },
  );
});

test('what was handed out stays as it is, and what was left half written is forgotten', () => {
  const writer = new ProtoWriter();
  const first = writer.string('first').finish();
  writer.fork().string('half').reset();
  expect(writer.string('second').finish()).toEqual(Uint8Array.from(Buffer.from('\x06second')));
  expect(Buffer.from(first).toString()).toBe('\x05first');
});
