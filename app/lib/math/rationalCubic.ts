/**
 * Shape-preserving rational cubic interpolation (R. Delbourgo, J. A. Gregory, "Shape preserving
 * piecewise rational interpolation", SIAM J. Sci. Stat. Comput. 6, 1985). On [x0, x1], with
 * u = (x − x0)/(x1 − x0) and the shape r > −1:
 *
 *   (y1·u³ + (r·y1 − h·d1)·u²(1−u) + (r·y0 + h·d0)·u(1−u)² + y0·(1−u)³) / (1 + (r−3)·u(1−u)).
 */

const SHAPE_MIN = -1 + 1.4901161193847656e-8;
const SHAPE_MAX = 1e16;

/** The value at x. d0 and d1 are the slopes at the ends. */
export function rationalCubic(
  x: number,
  x0: number,
  x1: number,
  y0: number,
  y1: number,
  d0: number,
  d1: number,
  shape: number,
): number {
  const h = x1 - x0;
  if (h === 0) return y0;
  const u = (x - x0) / h;
  const rest = 1 - u;
  const top =
    y1 * u * u * u +
    (shape * y1 - h * d1) * u * u * rest +
    (shape * y0 + h * d0) * u * rest * rest +
    y0 * rest * rest * rest;
  return top / (1 + (shape - 3) * u * rest);
}

/**
 * The shape at which the second derivative at one end is `second` (its right end where isAtRight),
 * raised where that would lose the monotony or convexity of the data.
 */
export function rationalCubicShape(
  x0: number,
  x1: number,
  y0: number,
  y1: number,
  d0: number,
  d1: number,
  second: number,
  isAtRight: boolean,
): number {
  const h = x1 - x0;
  const chord = (y1 - y0) / h;
  const top = 0.5 * h * second + (d1 - d0);
  const bottom = isAtRight ? d1 - chord : chord - d0;
  const fitted = quotient(top, bottom);
  return Math.max(fitted, shapeForData(d0, d1, chord));
}

function shapeForData(d0: number, d1: number, chord: number): number {
  let shape = SHAPE_MIN;
  if (d0 * chord >= 0 && d1 * chord >= 0) shape = Math.max(shape, quotient(d0 + d1, chord));
  const rise0 = chord - d0;
  const rise1 = d1 - chord;
  if (rise0 * rise1 >= 0) {
    const spread = Math.abs(d1 - d0);
    shape = Math.max(shape, quotient(spread, Math.abs(rise0)), quotient(spread, Math.abs(rise1)));
  }
  return shape;
}

/** A shape is never NaN and never above SHAPE_MAX, where the interpolant is the chord. */
function quotient(top: number, bottom: number): number {
  if (top === 0) return 0;
  if (bottom === 0) return top > 0 ? SHAPE_MAX : SHAPE_MIN;
  return Math.min(Math.max(top / bottom, SHAPE_MIN), SHAPE_MAX);
}
