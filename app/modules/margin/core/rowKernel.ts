/**
 * The inner loop of the scenario engine in WebAssembly SIMD, two scenarios a lane pair: the rows of
 * an expiry's positions summed, discounted and added to the account's totals without leaving the
 * registers. The module is emitted here, instruction by instruction. Lanes add and multiply as
 * doubles do anywhere, in the same order as the loop in marginOnGrid.ts, so the bits are the same
 * on every machine. Opcodes: WebAssembly core specification 2.0, §5.4.
 */

/** Buffers of one kernel; all of them views of its memory. */
export interface RowKernel {
  /** Doubles from one row to the next: the scenarios, rounded up to pairs. */
  readonly stride: number;
  /** instrument × stride. */
  readonly prices: Float64Array;
  /** Of the account at hand: weight, and byte offset of the row, for each position. */
  readonly weights: Float64Array;
  readonly rows: Int32Array;
  /** PnL of the last expiry, by scenario. */
  readonly values: Float64Array;
  /** Sums over the expiries of the account, zeroed by the caller. */
  readonly totals: Float64Array;
  /** Byte offsets, of which addExpiry takes some: row i is at pricesAt + 8·stride·i. */
  readonly pricesAt: number;
  readonly weightsAt: number;
  readonly rowsAt: number;
  readonly addExpiry: AddExpiry;
}

/**
 * values = D(Σ weight·row) − value + futureWeight·futureRow, −|…| for skews, and totals += values,
 * over the positions whose weights are at the byte offsets [weightAt, weightEnd) and whose rows
 * are listed from rowAt on. D(V) = min(V·discount, V·inflate). A weight of 0 stands for no future.
 */
type AddExpiry = (
  weightAt: number,
  weightEnd: number,
  rowAt: number,
  futureRow: number,
  value: number,
  discount: number,
  inflate: number,
  futureWeight: number,
) => void;

/** The part of the JavaScript API used here; TypeScript has it only among the types of browsers. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => { readonly exports: unknown };
};

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer; readonly grow: (pages: number) => number };
  readonly addExpiry: AddExpiry;
}

type Code = readonly number[];

const I32 = 0x7f;
const F64 = 0x7c;
const V128 = 0x7b;
const PAGE_BYTES = 65_536;

function uleb(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...uleb(value >>> 7)];
}

const section = (id: number, body: Code) => [id, ...uleb(body.length), ...body];
const text = (name: string) => [name.length, ...new TextEncoder().encode(name)];
const get = (local: number) => [0x20, ...uleb(local)];
const set = (local: number) => [0x21, ...uleb(local)];
/** Small constants: below 64 they are a byte. */
const i32 = (value: number) => [0x41, value];
const advance = (local: number, by: number) => [...get(local), ...i32(by), 0x6a, ...set(local)];
const isBelow = (a: number, b: number) => [...get(a), ...get(b), 0x49];
const loadI32 = [0x28, 2, 0];
const loadF64 = [0x2b, 3, 0];

const simd = (op: number) => [0xfd, ...uleb(op)];
const load = (offset: number) => [...simd(0x00), 3, ...uleb(offset)];
const store = (offset: number) => [...simd(0x0b), 3, ...uleb(offset)];
const splat = simd(0x14);
const add = simd(0xf0);
const sub = simd(0xf1);
const mul = simd(0xf2);
const pmin = simd(0xf6);
const abs = simd(0xec);
const negate = simd(0xed);
const bitSelect = simd(0x52);
const lanes = (low: boolean, high: boolean) => [
  ...simd(0x0c),
  ...Array.from({ length: 16 }, (_, i) => ((i < 8 ? low : high) ? 0xff : 0)),
];

// Parameters and locals of addExpiry.
const WEIGHT_AT = 0;
const WEIGHT_END = 1;
const ROW_AT = 2;
const FUTURE_ROW = 3;
const VALUE = 4;
const DISCOUNT = 5;
const INFLATE = 6;
const FUTURE_WEIGHT = 7;
const ROW = 8;
const SPLAT = 9;
const SUMS = 14;

/** x becomes −|x| in the lanes of pair k that are skews. */
function signSkews(k: number, x: number, skewFrom: number): Code {
  if (2 * k + 1 < skewFrom) return [];
  const skewed = [...get(x), ...abs, ...negate, ...get(x)];
  return [...skewed, ...lanes(2 * k >= skewFrom, true), ...bitSelect, ...set(x)];
}

/** The body of addExpiry for a number of pairs: `values` at 0, `totals` after them. */
function body(pairs: number, skewFrom: number): number[] {
  const each = (code: (k: number) => Code) =>
    Array.from({ length: pairs }, (_, k) => code(k)).flat();
  const sum = (k: number) => SUMS + k;
  const position = [
    ...[...get(WEIGHT_AT), ...loadF64, ...splat, ...set(SPLAT)],
    ...[...get(ROW_AT), ...loadI32, ...set(ROW)],
    ...each((k) => [
      ...[...get(sum(k)), ...get(SPLAT), ...get(ROW), ...load(16 * k)],
      ...[...mul, ...add, ...set(sum(k))],
    ]),
    ...[...advance(WEIGHT_AT, 8), ...advance(ROW_AT, 4)],
  ];
  const splats = [VALUE, DISCOUNT, INFLATE, FUTURE_WEIGHT].flatMap((local, i) => [
    ...[...get(local), ...splat, ...set(SPLAT + 1 + i)],
  ]);
  const [value, discount, inflate, weight] = [SPLAT + 1, SPLAT + 2, SPLAT + 3, SPLAT + 4];
  const finish = each((k) => [
    ...[...get(sum(k)), ...get(discount), ...mul],
    ...[...get(sum(k)), ...get(inflate), ...mul, ...pmin],
    ...[...get(value), ...sub],
    ...[...get(weight), ...get(FUTURE_ROW), ...load(16 * k), ...mul, ...add, ...set(sum(k))],
    ...signSkews(k, sum(k), skewFrom),
    ...[...i32(0), ...get(sum(k)), ...store(16 * k)],
    ...[...i32(0), ...i32(0), ...load(16 * (pairs + k)), ...get(sum(k)), ...add],
    ...store(16 * (pairs + k)),
  ]);
  const loop = [0x03, 0x40, ...position, ...isBelow(WEIGHT_AT, WEIGHT_END), 0x0d, 0, 0x0b];
  const positions = [...isBelow(WEIGHT_AT, WEIGHT_END), 0x04, 0x40, ...loop, 0x0b];
  const locals = [2, 1, I32, ...uleb(SUMS - SPLAT + pairs), V128];
  return [...locals, ...positions, ...splats, ...finish, 0x0b];
}

function emit(pairs: number, skewFrom: number): Uint8Array {
  const parameters = [I32, I32, I32, I32, F64, F64, F64, F64];
  const code = body(pairs, skewFrom);
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, parameters.length, ...parameters, 0]),
    ...section(3, [1, 0]),
    ...section(5, [1, 0x00, 1]),
    ...section(7, [2, ...text('memory'), 2, 0, ...text('addExpiry'), 0, 0]),
    ...section(10, [1, ...uleb(code.length), ...code]),
  ]);
}

/** Compiled once for each shape of scenarios; a module holds no state. */
const modules = new Map<string, object>();

/**
 * @param skewFrom scenarios from here on count −|PnL|
 * @param positions the most an account holds
 */
export function createRowKernel(
  scenarioCount: number,
  skewFrom: number,
  instruments: number,
  positions: number,
): RowKernel {
  const pairs = Math.ceil(scenarioCount / 2);
  const shape = `${pairs} ${skewFrom}`;
  const module = modules.get(shape) ?? new WebAssembly.Module(emit(pairs, skewFrom));
  modules.set(shape, module);
  const { memory, addExpiry } = new WebAssembly.Instance(module).exports as Exports;
  const stride = 2 * pairs;
  const weightsAt = 2 * 8 * stride;
  const pricesAt = weightsAt + 8 * positions;
  const rowsAt = pricesAt + 8 * stride * instruments;
  memory.grow(Math.ceil((rowsAt + 4 * positions) / PAGE_BYTES));
  const { buffer } = memory;
  return {
    stride,
    pricesAt,
    weightsAt,
    rowsAt,
    prices: new Float64Array(buffer, pricesAt, stride * instruments),
    weights: new Float64Array(buffer, weightsAt, positions),
    rows: new Int32Array(buffer, rowsAt, positions),
    values: new Float64Array(buffer, 0, scenarioCount),
    totals: new Float64Array(buffer, 8 * stride, scenarioCount),
    addExpiry,
  };
}
