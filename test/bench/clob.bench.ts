// P5 of the goals: the matching core on five flows of two million messages each, beside two npm
// order books on the same messages (`clob/flows.ts` says what they are), and what depth costs.
import { loadavg } from 'node:os';
import { Book, REPORT_WIDTH, ReportBuffer } from '../../app/modules/clob/core/index.ts';
import { Core, LimitOrderBook, NodejsOrderBook } from './clob/contenders.ts';
import type { Contender } from './clob/contenders.ts';
import {
  collectGarbage,
  costOf,
  cpuNs,
  medianCost,
  memoryBytes,
  randomLoadNs,
} from './clob/costs.ts';
import type { Cost } from './clob/costs.ts';
import { FLOWS, makeFlow, staticFlow } from './clob/flows.ts';
import type { Flow } from './clob/flows.ts';
import type { Emit } from './figure.ts';

export const name = 'clob';

const MESSAGES = Number(process.env['CLOB_BENCH_MESSAGES'] ?? 2_000_000);
const PEER_BUDGET_MS = Number(process.env['CLOB_BENCH_PEER_MS'] ?? 6000);
const REPEATS = 5;
const DEPTHS = [1000, 100_000, 1_000_000];

const PEERS: readonly [string, (flow: Flow) => Contender][] = [
  ['nodejs-order-book', (flow) => new NodejsOrderBook(flow)],
  ['limit-order-book', (flow) => new LimitOrderBook(flow)],
];

const round = (value: number): number => Number(value.toPrecision(4));
const core = (flow: Flow): Contender => new Core(flow);

/** The flow's rates by the clock and by CPU time, beside each peer. */
function measureFlow(flow: Flow, emit: Emit): void {
  const own = medianCost(REPEATS, () => costOf(flow, core));
  const figures = [
    { name: `${flow.name}, by the clock`, unit: 'M messages/s', of: (cost: Cost) => cost.wallNs },
    { name: `${flow.name}, CPU time`, unit: 'M messages/s', of: (cost: Cost) => cost.cpuNs },
  ];
  for (const [peer, make] of PEERS) {
    const other = costOf(flow, make, Infinity, PEER_BUDGET_MS);
    const isWhole = other.messages === MESSAGES;
    const same = isWhole ? own : medianCost(REPEATS, () => costOf(flow, core, other.messages));
    for (const { name: figure, unit, of } of figures) {
      emit({
        ...{ name: figure, value: round(1000 / of(own)), unit, peer },
        peerValue: round(1000 / of(other)),
        ratio: round(of(other) / of(same)),
        ...(isWhole ? {} : { peerMessages: other.messages }),
      });
    }
  }
}

/** The other ways to take reports, and the cost of marks, on the normal flow. */
function measureModes(flow: Flow, emit: Emit): void {
  const plain = medianCost(REPEATS, () => costOf(flow, core));
  const buffer = new ReportBuffer(new Float64Array(REPORT_WIDTH * 4096));
  const buffered = (each: Flow): Contender =>
    new Core(each, (report) => {
      if (buffer.length === buffer.capacity) buffer.truncate();
      buffer.sink(report);
    });
  const marked = (each: Flow): Contender => {
    const contender = new Core(each);
    const run = (from: number, to: number): void => {
      for (let at = from; at < to; at += 10) {
        if (at % 10_000 === 0) contender.book.commit();
        contender.book.mark();
        contender.run(at, Math.min(to, at + 10));
      }
    };
    return { run, volume: 0 };
  };
  const modes = [
    { what: 'normal, reports into a buffer, CPU time', make: buffered },
    { what: 'normal, a mark every ten messages, CPU time', make: marked },
  ];
  for (const { what, make } of modes) {
    const { cpuNs } = medianCost(REPEATS, () => costOf(flow, make));
    emit({
      ...{ name: what, value: round(1000 / cpuNs), unit: 'M messages/s' },
      ...{ peer: 'by callback, no mark', peerValue: round(1000 / plain.cpuNs) },
      ratio: round(plain.cpuNs / cpuNs),
    });
  }
}

/** Bytes of garbage a message leaves, once all is compiled. */
function measureGarbage(flow: Flow, emit: Emit): void {
  const contender = new Core(flow);
  const timed = MESSAGES / 2;
  contender.run(0, flow.count - timed);
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  contender.run(flow.count - timed, flow.count);
  const bytes = (process.memoryUsage().heapUsed - before) / timed;
  emit({ name: 'garbage a message, normal', value: round(Math.max(0, bytes)), unit: 'bytes' });
}

/** What a message costs in a book of a depth, beside one random load from as much memory. */
async function measureDepth(depth: number, emit: Emit): Promise<void> {
  const at = `${depth} resting`;
  const flow = makeFlow(staticFlow(depth), MESSAGES / 4);
  const before = await memoryBytes();
  const contender = new Core(flow);
  const insertNs = cpuNs(() => contender.run(0, flow.prefill)) / depth;
  const bytes = ((await memoryBytes()) - before) / depth;
  const cost = medianCost(REPEATS, () => costOf(flow, core));
  const loadNs = randomLoadNs(depth * 64);
  emit({
    ...{ name: `a message, ${at}, CPU time`, value: round(cost.cpuNs), unit: 'ns' },
    ...{ peer: 'a random load from the records', peerValue: round(loadNs) },
    ratio: round(cost.cpuNs / loadNs),
  });
  emit({ name: `filling the book, ${at}, CPU time`, value: round(insertNs), unit: 'ns an order' });
  // A small book is lost in what else the heap holds.
  if (depth >= 100_000) {
    emit({ name: `memory, ${at}`, value: round(bytes), unit: 'bytes an order' });
  }
  measurePages(contender.book, at, emit);
}

function measurePages(book: Book, at: string, emit: Emit): void {
  const pages: [number, Uint8Array][] = [];
  const encodeNs = cpuNs(() => {
    book.dirtyPages((page, bytes) => void pages.push([page, Uint8Array.from(bytes!)]));
  });
  const rebuilt: Book[] = [];
  const loadNs = cpuNs(() => void rebuilt.push(Book.load(pages)));
  if (rebuilt[0]!.orderCount !== book.orderCount) throw new Error('a rebuilt book lost orders');
  const each = (ns: number): number => round(ns / book.orderCount);
  emit({ name: `pages encoded, ${at}, CPU time`, value: each(encodeNs), unit: 'ns an order' });
  emit({ name: `rebuilt from pages, ${at}, CPU time`, value: each(loadNs), unit: 'ns an order' });
}

export async function run(emit: Emit): Promise<void> {
  for (const kind of FLOWS) measureFlow(makeFlow(kind, MESSAGES), emit);
  const normal = makeFlow(FLOWS[1]!, MESSAGES);
  measureModes(normal, emit);
  measureGarbage(normal, emit);
  for (const depth of DEPTHS) await measureDepth(depth, emit);
  // A figure by the clock of a busy machine says little.
  emit({ name: 'load of the machine at the end', value: round(loadavg()[0]!), unit: 'processes' });
}
