/**
 * The repair that makes any surface free of arbitrage (arbitrage.ts says what that is).
 *
 * Rows are repaired in order of expiry, each in five steps that leave a valid row as it is:
 *   1. from the node nearest the money outwards, a node that makes its segment too steep is moved
 *      towards its inner neighbour until the segment is valid;
 *   2. no node stays below the repaired row before;
 *   3. the lower convex envelope: the row before is convex and below, so it stays below;
 *   4. the wings are raised to the slopes of the row before;
 *   5. if a segment is still too steep for its level, the whole row is raised by the least amount
 *      found by bisection that is enough. With slopes of at most 2 there always is one.
 * Steps 2–5 keep what the earlier ones won, so the result is valid, and a second repair finds
 * nothing to do. The work is O(nodes) times a fixed number of bisections.
 */
import {
  isAboveHull,
  isBelow,
  isSegmentValid,
  isWingBelow,
  lowerHull,
  wingEnd,
} from './arbitrage.ts';
import { refuse } from './errors.ts';
import { checkSurface, rowVariance, VARIANCE_MAX, wingSlope } from './surface.ts';
import type { Surface } from './surface.ts';

const BISECTIONS = 60;
/** The smallest and largest raise tried in step 5 are 2^-60 and 2^19. */
const RAISES = 80;
const RAISE_FIRST = 8.673617379884035e-19;

/**
 * The nearest valid surface by the rules above, in new arrays for the variances; bit by bit the
 * same variances where the surface is valid. Throws MathInputError as checkSurface does, and where
 * a repair near VARIANCE_MAX would need more than that: what comes back can be repaired again.
 */
export function repairSurface(surface: Surface): Surface {
  checkSurface(surface);
  const repaired = { ...surface, variances: surface.variances.slice() };
  for (let row = 0; row < surface.taus.length; row++) repairRow(repaired, row);
  for (const w of repaired.variances) if (!(w <= VARIANCE_MAX)) refuse('repaired variance', w);
  return repaired;
}

/**
 * The surface with one more expiry after its last, at the volatilities of the last, repaired.
 * Throws MathInputError if tau is not later than the last.
 */
export function extendSurface(surface: Surface, tau: number): Surface {
  const { taus, width, nodes, variances } = surface;
  const rows = taus.length;
  const last = taus[rows - 1]!;
  if (!(tau > last)) refuse('time beyond the surface', tau);
  const lastRow = (values: Float64Array): Float64Array => values.subarray(values.length - width);
  return repairSurface({
    taus: Float64Array.of(...taus, tau),
    width,
    nodes: Float64Array.of(...nodes, ...lastRow(nodes)),
    variances: Float64Array.of(...variances, ...lastRow(variances).map((w) => (w * tau) / last)),
  });
}

function repairRow(surface: Surface, row: number): void {
  flattenOutwards(surface, row);
  if (row > 0) liftNodes(surface, row);
  envelope(surface, row);
  if (row > 0) {
    liftWing(surface, row, -1);
    liftWing(surface, row, 1);
  }
  raise(surface, row);
}

/** Step 1. */
function flattenOutwards(surface: Surface, row: number): void {
  const { width, nodes } = surface;
  const first = row * width;
  let centre = 0;
  for (let j = 1; j < width; j++) {
    if (Math.abs(nodes[first + j]!) < Math.abs(nodes[first + centre]!)) centre = j;
  }
  for (let j = centre; j + 1 < width; j++) flattenOne(surface, row, j, first + j, first + j + 1);
  for (let j = centre - 1; j >= 0; j--) flattenOne(surface, row, j, first + j + 1, first + j);
}

/** Moves the outer node of segment `segment` towards the inner one's variance until it is valid. */
function flattenOne(
  surface: Surface,
  row: number,
  segment: number,
  inner: number,
  outer: number,
): void {
  if (isSegmentValid(surface, row, segment, 0)) return;
  const { variances } = surface;
  let valid = variances[inner]!;
  let invalid = variances[outer]!;
  for (let i = 0; i < BISECTIONS; i++) {
    variances[outer] = 0.5 * (valid + invalid);
    if (isSegmentValid(surface, row, segment, 0)) valid = variances[outer]!;
    else invalid = variances[outer]!;
  }
  variances[outer] = valid;
}

/** Step 2. If one node is too low, all are raised: none is left within the tolerance. */
function liftNodes(surface: Surface, row: number): void {
  const { width, nodes, variances } = surface;
  const own = variances.subarray(row * width, (row + 1) * width);
  const floors = own.map((_, j) => rowVariance(surface, row - 1, nodes[row * width + j]!));
  if (!own.some((w, j) => isBelow(w, floors[j]!))) return;
  own.forEach((w, j) => (own[j] = Math.max(w, floors[j]!)));
}

/** Step 3, with the same care. */
function envelope(surface: Surface, row: number): void {
  const { width, variances } = surface;
  const own = variances.subarray(row * width, (row + 1) * width);
  const hull = lowerHull(surface, row);
  if (own.some((w, j) => isAboveHull(w, hull[j]!))) own.set(hull);
}

/** Step 4. */
function liftWing(surface: Surface, row: number, side: 1 | -1): void {
  if (!isWingBelow(surface, row, side)) return;
  const end = side === 1 ? (row + 1) * surface.width - 1 : row * surface.width;
  surface.variances[end] = wingEnd(surface, row, side, wingSlope(surface, row - 1, side));
}

/** Step 5. */
function raise(surface: Surface, row: number): void {
  if (isRaiseEnough(surface, row, 0)) return;
  let enough = RAISE_FIRST;
  for (let i = 0; i < RAISES && !isRaiseEnough(surface, row, enough); i++) enough *= 2;
  let tooLittle = 0.5 * enough;
  for (let i = 0; i < BISECTIONS; i++) {
    const middle = 0.5 * (tooLittle + enough);
    if (isRaiseEnough(surface, row, middle)) enough = middle;
    else tooLittle = middle;
  }
  const { width, variances } = surface;
  for (let at = row * width; at < (row + 1) * width; at++) variances[at]! += enough;
}

function isRaiseEnough(surface: Surface, row: number, by: number): boolean {
  for (let j = 0; j + 1 < surface.width; j++) {
    if (!isSegmentValid(surface, row, j, by)) return false;
  }
  return true;
}
