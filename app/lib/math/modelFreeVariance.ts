/**
 * The variance until an expiry that its options together are worth, whatever the model: what a
 * strip of out-of-the-money options with 2/K² of each strike K costs, which pays −2·ln(S/F) at
 * expiry (K. Demeterfi, E. Derman, M. Kamal, J. Zou, "More than you ever wanted to know about
 * volatility swaps", 1999; the idea of VIX and DVOL). With k = ln(K/F) and p(k) the price of the
 * option over the forward it is 2·∫ p(k)·exp(−k) dk.
 *
 * Volatility indices sum over listed strikes; a surface has every strike, so this is the integral
 * itself, over the row and its straight wings up to REACH times as far as its last nodes. Each
 * piece on which it is smooth has a Gauss-Legendre rule of 16 points.
 */
import { timeValue } from './black76.ts';
import { exp } from './exp.ts';
import { rowVariance } from './surface.ts';
import type { Surface } from './surface.ts';

/** Ends of the pieces of a wing, in distances of the last node from the forward. */
const WING_ENDS = [1.4, 2.2, 3.8, 6.2, 10] as const;
/** How far the integral goes, in the same. */
export const REACH = WING_ENDS[WING_ENDS.length - 1]!;
/** Halvings of the piece next to the forward, where prices may bend within a small deviation. */
const HALVINGS_MAX = 40;

/** Halves of the rule on [−1, 1] (Abramowitz and Stegun 25.4.29; 20 digits from mpmath). */
const POINTS: readonly (readonly [number, number])[] = [
  [0.09501250983763744, 0.1894506104550685],
  [0.2816035507792589, 0.18260341504492358],
  [0.45801677765722737, 0.16915651939500254],
  [0.6178762444026438, 0.14959598881657674],
  [0.755404408355003, 0.12462897125553388],
  [0.8656312023878318, 0.09515851168249279],
  [0.9445750230732326, 0.062253523938647894],
  [0.9894009349916499, 0.027152459411754096],
];

/** Total variance of a row of a surface without arbitrage, model-free. */
export function modelFreeVariance(surface: Surface, row: number): number {
  return 2 * (half(surface, row, -1) + half(surface, row, 1));
}

/** Puts below the forward (side −1), or calls above it. */
function half(surface: Surface, row: number, side: 1 | -1): number {
  let sum = 0;
  let from = 0;
  for (const to of endsOf(surface, row, side)) {
    sum += piece(surface, row, side, from, to);
    from = to;
  }
  return sum;
}

/** Rising distances from the forward between which the integrand is smooth. */
function endsOf(surface: Surface, row: number, side: 1 | -1): number[] {
  const { nodes, width } = surface;
  const distances: number[] = [];
  for (let j = 0; j < width; j++) {
    const distance = side * nodes[row * width + (side === 1 ? j : width - 1 - j)]!;
    if (distance > 0) distances.push(distance);
  }
  const [first, last] = [distances[0]!, distances[distances.length - 1]!];
  const deviation = Math.sqrt(rowVariance(surface, row, 0));
  const near: number[] = [];
  for (let end = first / 2; end > deviation && near.length < HALVINGS_MAX; end /= 2) near.push(end);
  return [...near.reverse(), ...distances, ...WING_ENDS.map((times) => times * last)];
}

function piece(surface: Surface, row: number, side: 1 | -1, from: number, to: number): number {
  const middle = (from + to) / 2;
  const reach = (to - from) / 2;
  let sum = 0;
  for (const [at, weight] of POINTS) {
    const inner = integrand(surface, row, side * (middle - at * reach));
    sum += weight * (inner + integrand(surface, row, side * (middle + at * reach)));
  }
  return sum * reach;
}

function integrand(surface: Surface, row: number, k: number): number {
  const strike = exp(k);
  return timeValue(1, strike, Math.sqrt(rowVariance(surface, row, k))) / strike;
}
