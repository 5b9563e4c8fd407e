/**
 * SHA-256 (FIPS 180-4) of four messages at once in WebAssembly SIMD: the lanes of every vector are
 * the same word of four messages. The module is emitted here, byte by byte, so that what runs can
 * be read; integer instructions only, hence the same bits everywhere. Opcodes: WebAssembly core
 * specification 2.0, §5.4.
 */
export interface Kernel {
  readonly memory: { readonly buffer: ArrayBuffer };
  /**
   * Hashes four padded messages of `blocks` ≥ 1 blocks. Word w of lane l is the 32-bit integer at
   * `messages + 16·w + 4·l`; so are the eight words of the digests at `digests`.
   */
  hash4(messages: number, blocks: number, digests: number): void;
}

/** The part of the JavaScript API used here; TypeScript has it only among the types of browsers. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => { readonly exports: unknown };
};

const I32 = 0x7f;
const V128 = 0x7b;
const SIMD = 0xfd;
const OP = { and: 0x4e, xor: 0x51, or: 0x50, select: 0x52, shl: 0xab, shr: 0xad, add: 0xae };

function uleb(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...uleb(value >>> 7)];
}

const section = (id: number, body: number[]) => [id, ...uleb(body.length), ...body];
const name = (text: string) => [text.length, ...Buffer.from(text)];
const simd = (op: number) => [SIMD, ...uleb(op)];

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

// Locals: the parameters, the hash so far, the working variables, 16 words of schedule, a scratch.
const MESSAGES = 0;
const BLOCKS = 1;
const DIGESTS = 2;
const H = 3;
const A = 11;
const W = 19;
const T = 35;
const VECTORS = 8 + 8 + 16 + 1;

const get = (local: number) => [0x20, local];
const set = (local: number) => [0x21, local];
const splat = (word: number) => {
  const bytes = [word & 255, (word >>> 8) & 255, (word >>> 16) & 255, word >>> 24];
  return [...simd(0x0c), ...bytes, ...bytes, ...bytes, ...bytes];
};
const shift = (local: number, op: number, by: number) => [...get(local), 0x41, by, ...simd(op)];
const rotate = (local: number, by: number) => [
  ...shift(local, OP.shr, by),
  // A shift by 32 − by < 32; its signed LEB128 is one byte below 64.
  ...shift(local, OP.shl, 32 - by),
  ...simd(OP.or),
];
const xor3 = (a: number[], b: number[], c: number[]) => [
  ...a,
  ...b,
  ...simd(OP.xor),
  ...c,
  ...simd(OP.xor),
];
const sigma = (local: number, r: readonly [number, number, number], last: 'rotate' | 'shift') =>
  xor3(
    rotate(local, r[0]),
    rotate(local, r[1]),
    last === 'rotate' ? rotate(local, r[2]) : shift(local, OP.shr, r[2]),
  );
const add = simd(OP.add);

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
    ...[...get(f), ...get(g), ...get(e), ...simd(OP.select), ...add],
    ...[...get(w(0)), ...splat(constant), ...add, ...add, ...set(T)],
    ...[...get(d), ...get(T), ...add, ...set(d)],
    // maj(a, b, c) selects c where a and b differ, and b where they agree.
    ...[...get(c), ...get(b), ...get(a), ...get(b), ...simd(OP.xor), ...simd(OP.select)],
    ...[...sigma(a, [2, 13, 22], 'rotate'), ...add, ...get(T), ...add, ...set(h)],
  ];
}

function hash4Body(): number[] {
  const each = (count: number, f: (i: number) => number[]) =>
    Array.from({ length: count }, (_, i) => f(i)).flat();
  const load = (i: number) => [...get(MESSAGES), ...simd(0x00), 4, ...uleb(16 * i)];
  const iv = primeRoots(8, 2);
  const k = primeRoots(64, 3);
  return [
    ...each(8, (i) => [...splat(iv[i]!), ...set(H + i)]),
    ...[0x03, 0x40],
    ...each(16, (i) => [...load(i), ...set(W + i)]),
    ...each(8, (i) => [...get(H + i), ...set(A + i)]),
    ...each(64, (t) => round(t, k[t]!)),
    ...each(8, (i) => [...get(H + i), ...get(A + i), ...add, ...set(H + i)]),
    ...[...get(MESSAGES), 0x41, 0x80, 0x02, 0x6a, ...set(MESSAGES)],
    ...[...get(BLOCKS), 0x41, 1, 0x6b, 0x22, BLOCKS, 0x0d, 0, 0x0b],
    ...each(8, (i) => [
      ...[...get(DIGESTS), ...get(H + i)],
      ...[...simd(0x0b), 4, ...uleb(16 * i)],
    ]),
    0x0b,
  ];
}

/** `pages` of 64 KiB of memory for messages and digests. */
export function createKernel(pages: number): Kernel {
  const body = [1, VECTORS, V128, ...hash4Body()];
  const module = [
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 3, I32, I32, I32, 0]),
    ...section(3, [1, 0]),
    ...section(5, [1, 0, ...uleb(pages)]),
    ...section(7, [2, ...name('memory'), 2, 0, ...name('hash4'), 0, 0]),
    ...section(10, [1, ...uleb(body.length), ...body]),
  ];
  const compiled = new WebAssembly.Module(Uint8Array.from(module));
  return new WebAssembly.Instance(compiled).exports as Kernel;
}
