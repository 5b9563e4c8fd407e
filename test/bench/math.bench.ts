// P6 and P7 of the goals: Black-76 with its Greeks and implied volatility, beside the npm packages
// `black-scholes` and `@uqee/black-scholes` and Python's `py_lets_be_rational`, where they are
// installed (or in the folder $BENCH_PEERS, for the npm ones). All kinds of work take turns in
// slices of a millisecond or so, and the best slice of each counts: machines are shared.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import {
  black76Price,
  black76Strip,
  exp,
  impliedVol,
  normCdf,
  repairSurface,
} from '../../app/lib/math/index.ts';
import type { Black76Arrays, Surface } from '../../app/lib/math/index.ts';
import type { Emit } from './figure.ts';

export const name = 'math';

const FORWARD = 64_000;
const TAUS = [1 / 365, 7 / 365, 30 / 365, 0.25, 1];
const STRIKES = 96;
const ROUNDS = 400;
const names = 'price delta gamma vega theta rho vanna volga charm'.split(' ');

/** One expiry: strikes to 3.5 deviations either side under a smile, calls and puts in turn. */
interface Strip {
  tau: number;
  kinds: Uint8Array;
  strikes: Float64Array;
  sigmas: Float64Array;
  prices: Float64Array;
  out: Black76Arrays;
}

function makeStrip(tau: number): Strip {
  const steps = Float64Array.from({ length: STRIKES }, (_, i) => (7 * i) / (STRIKES - 1) - 3.5);
  const sigmas = steps.map((z) => 0.55 + 0.02 * z * z - 0.01 * z);
  const strikes = steps.map((z, i) =>
    Math.round(FORWARD * Math.exp(z * sigmas[i]! * Math.sqrt(tau))),
  );
  const kinds = Uint8Array.from(steps, (_, i) => i & 1);
  const out = Object.fromEntries(
    names.map((greek) => [greek, new Float64Array(STRIKES)]),
  ) as Black76Arrays;
  black76Strip(STRIKES, kinds, FORWARD, strikes, sigmas, tau, out);
  return { tau, kinds, strikes, sigmas, prices: out.price.slice(), out };
}

const strips = TAUS.map(makeStrip);
const options = STRIKES * TAUS.length;

/** What the timed work adds up to, so that none of it can be dropped. */
let sink = 0;

function eachOption(work: (strip: Strip, i: number) => number, every = 1): void {
  for (const strip of strips) {
    for (let i = 0; i < STRIKES; i += every) sink += work(strip, i);
  }
}

/** A kind of work: a slice of it, and how many options that is. */
interface Work {
  slice: () => void;
  count: number;
  best: number;
}

const works = new Map<string, Work>();

function add(label: string, count: number, slice: () => void): void {
  works.set(label, { slice, count, best: Infinity });
}

function addOwn(): void {
  add('strip', options, () => {
    for (const s of strips) {
      black76Strip(STRIKES, s.kinds, FORWARD, s.strikes, s.sigmas, s.tau, s.out);
    }
  });
  add('price', options, () =>
    eachOption((s, i) =>
      black76Price(s.kinds[i] === 1, FORWARD, s.strikes[i]!, s.sigmas[i]! * s.sigmas[i]! * s.tau),
    ),
  );
  add('impliedVol', options, () =>
    eachOption((s, i) => {
      const got = impliedVol(s.kinds[i] === 1, s.prices[i]!, FORWARD, s.strikes[i]!, s.tau);
      return got.ok ? got.sigma : 0;
    }),
  );
  add('exp', options, () => eachOption((s, i) => exp(-8 * s.sigmas[i]!)));
  add('Math.exp', options, () => eachOption((s, i) => Math.exp(-8 * s.sigmas[i]!)));
  add('normCdf', options, () => eachOption((s, i) => normCdf(-4 * s.sigmas[i]!)));
  const surface = makeSurface();
  add('repair', 1, () => (sink += repairSurface(surface).variances[0]!));
}

/** Ten expiries by eleven nodes, with noise that makes butterflies. */
function makeSurface(): Surface {
  const [rows, width] = [10, 11];
  const taus = Float64Array.from({ length: rows }, (_, i) => 0.003 * 1.9 ** i);
  const nodes = Float64Array.from({ length: rows * width }, (_, at) => {
    return (((at % width) - 5) / 2) * Math.sqrt(taus[Math.floor(at / width)]!);
  });
  const variances = nodes.map((k, at) => {
    const noise = 1 + (0.03 * ((at * 7919) % 101)) / 101;
    return taus[Math.floor(at / width)]! * 0.3 * Math.sqrt(1 + k * k) * noise;
  });
  return { taus, width, nodes, variances };
}

function load(specifier: string): unknown {
  const folders = [import.meta.url, `${process.env['BENCH_PEERS'] ?? '/nowhere'}/package.json`];
  for (const folder of folders) {
    try {
      return createRequire(folder)(specifier);
    } catch {
      continue;
    }
  }
  console.error(`${specifier} is not installed: its figures are left out`);
  return undefined;
}

interface Uqee {
  option: (args: object) => { price: number; delta: number; vega: number };
  sigma: (args: object) => number;
}

function addPeers(): void {
  const uqee = load('@uqee/black-scholes') as { BlackScholes: new () => Uqee } | undefined;
  const classic = load('black-scholes') as
    { blackScholes: (...args: (number | string)[]) => number } | undefined;
  const kind = (s: Strip, i: number): 'call' | 'put' => (s.kinds[i] === 1 ? 'call' : 'put');
  if (uqee !== undefined) {
    const library = new uqee.BlackScholes();
    const input = (s: Strip, i: number): object => ({
      rate: 0,
      sigma: s.sigmas[i]!,
      price: s.prices[i]!,
      strike: s.strikes[i]!,
      time: s.tau,
      type: kind(s, i),
      underlying: FORWARD,
    });
    add('@uqee/black-scholes', options, () =>
      eachOption((s, i) => library.option(input(s, i)).delta),
    );
    add('@uqee/black-scholes sigma', options / 16, () =>
      eachOption((s, i) => library.sigma(input(s, i)), 16),
    );
  }
  if (classic !== undefined) {
    add('black-scholes', options / 16, () =>
      eachOption(
        (s, i) => classic.blackScholes(FORWARD, s.strikes[i]!, s.tau, s.sigmas[i]!, 0, kind(s, i)),
        16,
      ),
    );
  }
}

/** Millions a second of py_lets_be_rational on the same out-of-the-money prices, or undefined. */
function pythonRate(): number | undefined {
  const quotes = strips.flatMap((s) =>
    [...s.strikes].map((k, i) => {
      const sign = k > FORWARD ? 1 : -1;
      const price = black76Price(sign === 1, FORWARD, k, s.sigmas[i]! ** 2 * s.tau);
      return [price, FORWARD, k, s.tau, sign];
    }),
  );
  const program = `
import json, sys, time
from py_lets_be_rational import implied_volatility_from_a_transformed_rational_guess as implied
quotes = json.load(sys.stdin)
best = 1e9
for _ in range(5):
    start = time.perf_counter()
    for quote in quotes: implied(*quote)
    best = min(best, time.perf_counter() - start)
print(len(quotes) / best / 1e6)`;
  const python = spawnSync('python3', ['-c', program], {
    input: JSON.stringify(quotes),
    encoding: 'utf8',
  });
  if (python.status === 0) return Number(python.stdout);
  console.error('py_lets_be_rational is not installed: its figure is left out');
  return undefined;
}

function measure(): void {
  for (let round = 0; round < ROUNDS; round++) {
    for (const work of works.values()) {
      const start = performance.now();
      work.slice();
      const took = performance.now() - start;
      if (round > ROUNDS / 4 && took < work.best) work.best = took;
    }
  }
}

const round = (value: number): number => Number(value.toPrecision(4));

export function run(emit: Emit): Promise<void> {
  addOwn();
  addPeers();
  measure();
  const rate = (label: string): number | undefined => {
    const work = works.get(label);
    return work && work.count / work.best / 1000;
  };
  const report = (
    figure: string,
    own: string,
    peer: string,
    peerValue: number | undefined,
  ): void => {
    const value = rate(own)!;
    const base = { name: figure, value: round(value), unit: 'M/s' };
    if (peerValue === undefined) emit(base);
    else emit({ ...base, peer, peerValue: round(peerValue), ratio: round(value / peerValue) });
  };
  const against = (figure: string, own: string, peer: string): void =>
    report(figure, own, peer, rate(peer));
  against('black76.strip, price and 8 Greeks', 'strip', '@uqee/black-scholes');
  against('black76.strip, price and 8 Greeks', 'strip', 'black-scholes');
  against('black76.price', 'price', 'black-scholes');
  against('impliedVol', 'impliedVol', '@uqee/black-scholes sigma');
  report('impliedVol', 'impliedVol', 'py_lets_be_rational', pythonRate());
  against('exp', 'exp', 'Math.exp');
  report('normCdf', 'normCdf', '', undefined);
  emit({
    name: 'surface.repair, 10 × 11',
    value: round(works.get('repair')!.best * 1000),
    unit: 'µs',
  });
  if (Number.isNaN(sink)) throw new Error('a figure rests on NaN');
  return Promise.resolve();
}
