/**
 * SHA-256 (FIPS 180-4) of four messages at once in WebAssembly SIMD: a vector's lanes are the same
 * word of four messages. The module is emitted here, instruction by instruction, so that what runs
 * can be read; integers only, hence the same bits everywhere. Opcodes: WebAssembly core
 * specification 2.0, §5.4.
 */
export interface Kernel {
  readonly memory: { readonly buffer: ArrayBuffer };
  /**
   * Hashes four padded messages of `blocks` ≥ 1 blocks of 64 bytes, one after the other at
   * `messages`, to four digests of 32 bytes at `digests`.
   */
  hash4(messages: number, blocks: number, digests: number): void;
  /**
   * Hashes `count` > 0 inner nodes of an IAVL tree, laid out as in nodes.ts at `nodes`, to `count`
   * digests at `digests`, four at a time: up to three digests more are written. 512 + 64 bytes at
   * `scratch` are used.
   */
  hashInner(nodes: number, count: number, digests: number, scratch: number): void;
}

/** The part of the JavaScript API used here; TypeScript has it only among the types of browsers. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => { readonly exports: unknown };
};

type Code = readonly number[];

const I32 = 0x7f;
const V128 = 0x7b;
const LANES = 4;

function uleb(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...uleb(value >>> 7)];
}

/** Signed LEB128 of a small non-negative number. */
function sleb(value: number): number[] {
  return value < 64 ? [value] : [(value & 127) | 128, ...sleb(value >>> 7)];
}

const section = (id: number, body: Code) => [id, ...uleb(body.length), ...body];
const exported = (name: string, kind: number, index: number) => [
  ...[name.length, ...Buffer.from(name)],
  ...[kind, index],
];
const each = (count: number, code: (i: number) => Code) =>
  Array.from({ length: count }, (_, i) => code(i)).flat();

const get = (local: number) => [0x20, ...uleb(local)];
const set = (local: number) => [0x21, ...uleb(local)];
const i32 = (value: number) => [0x41, ...sleb(value)];
const plus = 0x6a;
const advance = (local: number, by: number) => [...get(local), ...i32(by), plus, ...set(local)];
const load32 = (offset: number) => [0x28, 2, ...uleb(offset)];
const store8 = (offset: number) => [0x3a, 0, ...uleb(offset)];

const simd = (op: number) => [0xfd, ...uleb(op)];
const vLoad = (offset: number) => [...simd(0x00), 0, ...uleb(offset)];
const vStore = (offset: number) => [...simd(0x0b), 0, ...uleb(offset)];
const shuffle = (lanes: Code) => [...simd(0x0d), ...lanes];
const or = simd(0x50);
const xor = simd(0x51);
const select = simd(0x52);
const shl = simd(0xab);
const shr = simd(0xad);
const add = simd(0xae);
const splat = (word: number) => {
  const bytes = [word & 255, (word >>> 8) & 255, (word >>> 16) & 255, word >>> 24];
  return [...simd(0x0c), ...bytes, ...bytes, ...bytes, ...bytes];
};
/** Of two vectors, the words at the given places among their eight. */
const words = (places: Code) =>
  shuffle(places.flatMap((w) => [4 * w, 4 * w + 1, 4 * w + 2, 4 * w + 3]));
/** Integers are little-endian, SHA-256's words big-endian. */
const swapBytes = (local: number) => [
  ...[...get(local), ...get(local)],
  ...shuffle([3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12]),
];

/** Turns four vectors, at the locals, into the four vectors of their first, second… words. */
function transpose(local: (i: number) => number, scratch: number): number[] {
  const [a, b, c, d] = [local(0), local(1), local(2), local(3)];
  const pair = (x: number, y: number, places: Code, to: number) => [
    ...[...get(x), ...get(y), ...words(places), ...set(to)],
  ];
  const low = [0, 4, 1, 5];
  const high = [2, 6, 3, 7];
  return [
    ...[...pair(a, c, low, scratch), ...pair(a, c, high, scratch + 1)],
    ...[...pair(b, d, low, scratch + 2), ...pair(b, d, high, scratch + 3)],
    ...[...pair(scratch, scratch + 2, low, a), ...pair(scratch, scratch + 2, high, b)],
    ...[...pair(scratch + 1, scratch + 3, low, c), ...pair(scratch + 1, scratch + 3, high, d)],
  ];
}

/** floor(root^(1/k) · 2^32) mod 2^32 for the first primes: where SHA-256's constants come from. */
function primeRoots(count: number, k: 2 | 3): number[] {
  const power = (x: bigint) => (k === 2 ? x * x : x * x * x);
  const roots: number[] = [];
  for (let p = 2n; roots.length < count; p++) {
    let prime = true;
    for (let d = 2n; d * d <= p; d++) if (p % d === 0n) prime = false;
    if (!prime) continue;
    let root = 0n;
    for (let bit = 1n << 36n; bit > 0n; bit >>= 1n) {
      if (power(root + bit) <= p << BigInt(32 * k)) root += bit;
    }
    roots.push(Number(root & 0xffffffffn));
  }
  return roots;
}

// Locals of hash4: its parameters, a lane's length, the hash so far, the working variables, 16
// words of schedule, scratch.
const MESSAGES = 0;
const BLOCKS = 1;
const DIGESTS = 2;
const STRIDE = 3;
const H = 4;
const A = 12;
const W = 20;
const T = 36;
const VECTORS = 8 + 8 + 16 + 4;

const shift = (local: number, op: Code, by: number) => [...get(local), ...i32(by), ...op];
const rotate = (local: number, by: number) => [
  ...shift(local, shr, by),
  ...shift(local, shl, 32 - by),
  ...or,
];
const sigma = (local: number, r: readonly [number, number, number], last: 'rotate' | 'shift') => [
  ...[...rotate(local, r[0]), ...rotate(local, r[1]), ...xor],
  ...[...(last === 'rotate' ? rotate(local, r[2]) : shift(local, shr, r[2])), ...xor],
];

/** One round; the working variables rotate by renaming, not by moving. */
function round(t: number, constant: number): number[] {
  const v = (i: number) => A + ((i - t + 128) & 7);
  const w = (i: number) => W + ((t + i) & 15);
  const [a, b, c, d] = [v(0), v(1), v(2), v(3)];
  const [e, f, g, h] = [v(4), v(5), v(6), v(7)];
  const schedule = [
    ...[...get(w(0)), ...sigma(w(1), [7, 18, 3], 'shift'), ...add, ...get(w(9)), ...add],
    ...[...sigma(w(14), [17, 19, 10], 'shift'), ...add, ...set(w(0))],
  ];
  return [
    ...(t < 16 ? [] : schedule),
    ...[...get(h), ...sigma(e, [6, 11, 25], 'rotate'), ...add],
    ...[...get(f), ...get(g), ...get(e), ...select, ...add],
    ...[...get(w(0)), ...splat(constant), ...add, ...add, ...set(T)],
    ...[...get(d), ...get(T), ...add, ...set(d)],
    // maj(a, b, c) selects c where a and b differ, and b where they agree.
    ...[...get(c), ...get(b), ...get(a), ...get(b), ...xor, ...select],
    ...[...sigma(a, [2, 13, 22], 'rotate'), ...add, ...get(T), ...add, ...set(h)],
  ];
}

/** Of lane l at a multiple of the stride: leaves the address on the stack. */
const laneAt = (lane: number) => [
  ...[...get(MESSAGES), ...get(STRIDE)],
  ...[...i32(lane), 0x6c, plus],
];

function hash4Body(): number[] {
  const iv = primeRoots(8, 2);
  const k = primeRoots(64, 3);
  const loadWords = each(4, (g) => [
    ...each(LANES, (lane) => [...laneAt(lane), ...vLoad(16 * g), ...set(W + 4 * g + lane)]),
    ...each(LANES, (i) => [...swapBytes(W + 4 * g + i), ...set(W + 4 * g + i)]),
    ...transpose((i) => W + 4 * g + i, T),
  ]);
  const storeDigests = each(2, (half) => [
    ...transpose((i) => H + 4 * half + i, T),
    ...each(LANES, (i) => [
      ...[...get(DIGESTS), ...swapBytes(H + 4 * half + i)],
      ...vStore(32 * i + 16 * half),
    ]),
  ]);
  return [
    ...[...get(BLOCKS), ...i32(6), 0x74, ...set(STRIDE)],
    ...each(8, (i) => [...splat(iv[i]!), ...set(H + i)]),
    ...[0x03, 0x40],
    ...loadWords,
    ...each(8, (i) => [...get(H + i), ...set(A + i)]),
    ...each(64, (t) => round(t, k[t]!)),
    ...each(8, (i) => [...get(H + i), ...get(A + i), ...add, ...set(H + i)]),
    ...advance(MESSAGES, 64),
    ...[...get(BLOCKS), ...i32(1), 0x6b, 0x22, BLOCKS, 0x0d, 0, 0x0b],
    ...storeDigests,
    0x0b,
  ];
}

// Locals of hashInner: its parameters, the write position, a varint's rest, a lane's start.
const NODES = 0;
const COUNT = 1;
const OUT = 2;
const SCRATCH = 3;
const TO = 4;
const REST = 5;
const INTEGERS = 2;
/** Byte offsets within a node: nodes.ts INNER. */
const NODE = { version: 0, size: 16, height: 20, left: 32, right: 64, bytes: 96 };
const HEIGHT_MASK = 63;
const HASH_BYTES = 0x20;

const putByte = (value: Code) => [...get(TO), ...value, ...store8(0), ...advance(TO, 1)];
const putHash = (from: number) => [
  ...putByte(i32(HASH_BYTES)),
  ...[...get(TO), ...get(NODES), ...vLoad(from), ...vStore(0)],
  ...[...get(TO), ...get(NODES), ...vLoad(from + 16), ...vStore(16)],
  ...advance(TO, 32),
];
/** The zigzag varint of a field. */
const putVarint = (field: number) => [
  ...[...get(NODES), ...load32(field), ...i32(1), 0x74, ...set(REST)],
  // while (rest >= 128) put(rest | 128), rest >>>= 7
  ...[0x02, 0x40, 0x03, 0x40],
  ...[...get(REST), ...i32(128), 0x49, 0x0d, 1],
  ...putByte([...get(REST), ...i32(128), 0x72]),
  ...[...get(REST), ...i32(7), 0x76, ...set(REST)],
  ...[0x0c, 0, 0x0b, 0x0b],
  ...putByte(get(REST)),
];

/** The preimage of one node into its lane, padded to two blocks; at most 78 bytes of 128. */
const putNode = (lane: number) => [
  ...[...get(SCRATCH), ...i32(128 * lane), plus, ...set(TO)],
  ...putByte([...get(NODES), ...load32(NODE.height), ...i32(HEIGHT_MASK), 0x71, ...i32(1), 0x74]),
  ...[...putVarint(NODE.size), ...putVarint(NODE.version)],
  ...[...putHash(NODE.left), ...putHash(NODE.right)],
  // The length in bits: its two low bytes, kept until what comes before is zeroed.
  ...[...get(TO), ...get(SCRATCH), 0x6b, ...i32(128 * lane), 0x6b, ...i32(3), 0x74, ...set(REST)],
  ...putByte(i32(0x80)),
  ...each(4, (i) => [...get(TO), ...splat(0), ...vStore(16 * i)]),
  ...[...get(SCRATCH), ...get(REST), ...i32(8), 0x76, ...store8(128 * lane + 126)],
  ...[...get(SCRATCH), ...get(REST), ...store8(128 * lane + 127)],
  ...advance(NODES, NODE.bytes),
];

function hashInnerBody(hash4: number): number[] {
  return [
    ...[0x03, 0x40],
    ...each(LANES, putNode),
    ...[...get(SCRATCH), ...i32(2), ...get(OUT), 0x10, hash4],
    ...advance(OUT, 32 * LANES),
    ...[...get(COUNT), ...i32(LANES), 0x6b, 0x22, COUNT, ...i32(0), 0x4a, 0x0d, 0, 0x0b],
    0x0b,
  ];
}

/** `pages` of 64 KiB of memory for messages and digests. */
export function createKernel(pages: number): Kernel {
  const hash4 = [2, 1, I32, VECTORS, V128, ...hash4Body()];
  const hashInner = [1, INTEGERS, I32, ...hashInnerBody(0)];
  const module = [
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [2, 0x60, 3, I32, I32, I32, 0, 0x60, 4, I32, I32, I32, I32, 0]),
    ...section(3, [2, 0, 1]),
    ...section(5, [1, 0, ...uleb(pages)]),
    ...section(7, [
      3,
      ...exported('memory', 2, 0),
      ...exported('hash4', 0, 0),
      ...exported('hashInner', 0, 1),
    ]),
    ...section(10, [2, ...[hash4, hashInner].flatMap((body) => [...uleb(body.length), ...body])]),
  ];
  const compiled = new WebAssembly.Module(Uint8Array.from(module));
  return new WebAssembly.Instance(compiled).exports as Kernel;
}
