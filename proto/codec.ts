import Long from 'long';
import protobuf from 'protobufjs/minimal.js';
import { ProtoWriter } from './writer.ts';

// Without Long, protobufjs reads 64-bit integers as doubles.
protobuf.util.Long = Long;
protobuf.configure();

/**
 * The runtime of the generated codecs in `gen/`: strict, canonical proto3 with real bigint.
 * Writing omits defaults, so equal values give equal bytes. Reading rejects unknown fields, wrong
 * wire types, numbers too wide for their field, single messages given twice, two members of a
 * oneof, invalid UTF-8 and lengths beyond the input, at every depth. Errors are `CodecError`.
 */
export class CodecError extends Error {}

export type FieldKind =
  | 'double'
  | 'int32'
  | 'uint32'
  | 'sint32'
  | 'fixed32'
  | 'sfixed32'
  | 'int64'
  | 'uint64'
  | 'sint64'
  | 'fixed64'
  | 'sfixed64'
  | 'bool'
  | 'string'
  | 'bytes'
  | 'enum'
  | 'message';

export interface FieldInfo {
  readonly name: string;
  readonly kind: FieldKind;
  readonly repeated?: true;
  readonly optional?: true;
  /** Of the fields with this name at most one is there. */
  readonly oneof?: string;
  /** What this member of a oneof is called in Amino JSON; its own name if absent. */
  readonly oneofName?: string;
  /** Text on the wire is 10^18-fold, without a point; the SDK's JSON has one. */
  readonly decimal?: true;
  /** Amino JSON has it also when it is empty. */
  readonly keepEmpty?: true;
  readonly message?: () => MessageInfo;
  readonly values?: Readonly<Record<string, number>>;
}

export interface MessageInfo {
  /** '/' and the full name of the message, as an Any carries it. */
  readonly typeUrl: string;
  /** What Amino JSON calls the message; its type URL if absent. */
  readonly amino?: string;
  readonly fields: readonly FieldInfo[];
}

interface Definition<T> extends MessageInfo {
  write(message: T, writer: ProtoWriter): ProtoWriter;
  read(reader: protobuf.Reader, end: number): T;
}

export interface Codec<T> extends Definition<T> {
  encode(message: T): Uint8Array;
  decode(bytes: Uint8Array): T;
}

/** One for all: a message is written to its end before another is begun. */
const writer = new ProtoWriter();

export function codec<T>(definition: Definition<T>): Codec<T> {
  return {
    ...definition,
    encode(message) {
      writer.reset();
      return definition.write(message, writer).finish();
    },
    decode(bytes) {
      const reader = protobuf.Reader.create(bytes);
      try {
        return definition.read(reader, reader.len);
      } catch (error) {
        if (error instanceof CodecError) throw error;
        // protobufjs reports a read past the end as RangeError and a bad varint as Error.
        if (error instanceof RangeError && error.message.includes('call stack')) throw error;
        throw new CodecError(`${definition.typeUrl}: ${String(error)}`);
      }
    },
  };
}

const int = (v: number, min: number, max: number): number => {
  if (!Number.isInteger(v) || v < min || v > max)
    throw new CodecError(`${v} is outside ${min}..${max}`);
  return v;
};
const big = (v: bigint, min: bigint, max: bigint): bigint => {
  if (v < min || v > max) throw new CodecError(`${v} is outside ${min}..${max}`);
  return v;
};
const U64 = (1n << 64n) - 1n;
const I64 = (1n << 63n) - 1n;
const I64_MIN = -(1n << 63n);
const signed = (v: bigint) => big(v, I64_MIN, I64);
const unsigned = (v: bigint) => big(v, 0n, U64);
const signed32 = (v: number) => int(v, -0x80000000, 0x7fffffff);

/** Writes one value, without its tag. Values outside the field's range throw. */
export const put = {
  double: (w: ProtoWriter, v: number) => void w.double(v),
  int32: (w: ProtoWriter, v: number) => void w.int32(signed32(v)),
  enum: (w: ProtoWriter, v: number) => void w.int32(signed32(v)),
  uint32: (w: ProtoWriter, v: number) => void w.uint32(int(v, 0, 0xffffffff)),
  sint32: (w: ProtoWriter, v: number) => void w.sint32(signed32(v)),
  fixed32: (w: ProtoWriter, v: number) => void w.fixed32(int(v, 0, 0xffffffff)),
  sfixed32: (w: ProtoWriter, v: number) => void w.fixed32(signed32(v)),
  int64: (w: ProtoWriter, v: bigint) => void w.varint64(signed(v)),
  uint64: (w: ProtoWriter, v: bigint) => void w.varint64(unsigned(v)),
  sint64: (w: ProtoWriter, v: bigint) => void w.varint64((signed(v) << 1n) ^ (v >> 63n)),
  fixed64: (w: ProtoWriter, v: bigint) => void w.fixed64(unsigned(v)),
  sfixed64: (w: ProtoWriter, v: bigint) => void w.fixed64(signed(v)),
  bool: (w: ProtoWriter, v: boolean) => void w.bool(v),
  string: (w: ProtoWriter, v: string) => {
    if (!v.isWellFormed()) throw new CodecError('a string with a lone surrogate');
    w.string(v);
  },
  bytes: (w: ProtoWriter, v: Uint8Array) => void w.bytes(v),
};

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function text(r: protobuf.Reader): string {
  const bytes = r.bytes();
  if (bytes.length < 64) {
    let ascii = '';
    for (const b of bytes) {
      if (b > 0x7f) return strictUtf8(bytes);
      ascii += String.fromCharCode(b);
    }
    return ascii;
  }
  return strictUtf8(bytes);
}

function strictUtf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new CodecError('invalid UTF-8');
  }
}

/** Unsigned 32-bit. protobufjs cuts a longer varint to its low bits: here it is refused. */
function varint32(r: protobuf.Reader): number {
  const start = r.pos;
  const v = r.uint32();
  for (let at = start + 4; at < r.pos; at++) {
    const most = at === start + 4 ? 15 : 0;
    if ((r.buf[at]! & 127) > most) throw new CodecError('a number of more than 32 bits');
  }
  return v;
}

/** Signed 32-bit: ten bytes when negative, sign bits included. */
function readSigned32(r: protobuf.Reader): number {
  const v = BigInt.asIntN(64, varint64(r));
  if (v < -0x80000000n || v > 0x7fffffffn) throw new CodecError('a number of more than 32 bits');
  return Number(v);
}

function varint64(r: protobuf.Reader): bigint {
  const start = r.pos;
  const v = r.uint64() as unknown as { low: number; high: number };
  if (r.pos - start === 10 && r.buf[r.pos - 1]! > 1) {
    throw new CodecError('a number of more than 64 bits');
  }
  return v.high === 0 ? BigInt(v.low >>> 0) : (BigInt(v.high >>> 0) << 32n) | BigInt(v.low >>> 0);
}
function fixed64(r: protobuf.Reader): bigint {
  const low = r.fixed32();
  return (BigInt(r.fixed32()) << 32n) | BigInt(low);
}

/** Reads one value after its tag. */
export const get = {
  double: (r: protobuf.Reader) => r.double(),
  int32: readSigned32,
  enum<V extends number>(r: protobuf.Reader, values: Readonly<Record<string, V>>): V {
    const v = readSigned32(r);
    for (const name in values) if (values[name] === v) return values[name];
    throw new CodecError(`${v} is not one of ${Object.keys(values).join(', ')}`);
  },
  uint32: varint32,
  sint32(r: protobuf.Reader) {
    const v = varint32(r);
    return (v >>> 1) ^ -(v & 1);
  },
  fixed32: (r: protobuf.Reader) => r.fixed32(),
  sfixed32: (r: protobuf.Reader) => r.sfixed32(),
  int64: (r: protobuf.Reader) => BigInt.asIntN(64, varint64(r)),
  uint64: varint64,
  sint64(r: protobuf.Reader) {
    const v = varint64(r);
    return (v >> 1n) ^ -(v & 1n);
  },
  fixed64,
  sfixed64: (r: protobuf.Reader) => BigInt.asIntN(64, fixed64(r)),
  bool: (r: protobuf.Reader) => r.bool(),
  string: text,
  // A copy: a slice of a network buffer must not keep the whole buffer alive in state.
  bytes: (r: protobuf.Reader) => Uint8Array.from(r.bytes()),
};

/** A field's number and wire type. */
export const tag = varint32;

/** The end of a length-delimited value, inside the input. */
export function end(r: protobuf.Reader): number {
  const stop = varint32(r) + r.pos;
  if (stop > r.len) throw new CodecError('a length beyond the end of the input');
  return stop;
}

export function assertAt(r: protobuf.Reader, stop: number): void {
  if (r.pos !== stop) throw new CodecError('a field overruns its message');
}

/** A single message given twice would be merged by some readers and replaced by others. */
export function assertFirst(before: unknown): void {
  if (before !== undefined) throw new CodecError('a single message is there twice');
}

/** Of two members of a oneof some readers would take the first and others the last. */
export function assertOnly(oneof: string, other: unknown): void {
  if (other !== undefined) throw new CodecError(`two of the oneof ${oneof} are there`);
}

export function unknownField(type: string, tag: number): never {
  throw new CodecError(`${type} has no field ${tag >>> 3} of wire type ${tag & 7}`);
}
