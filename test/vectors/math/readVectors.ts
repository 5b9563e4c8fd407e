/** Reads the reference values that generate.py beside it makes. */
import { readFileSync } from 'node:fs';

const folder = process.env['MATH_VECTORS'];

/** From this folder, or from $MATH_VECTORS for a dense set. */
export function readVectors(name: string): unknown {
  const file = `${name}.json`;
  const path = folder === undefined ? new URL(file, import.meta.url) : `${folder}/${file}`;
  return JSON.parse(readFileSync(path, 'utf8'));
}

const float = new Float64Array(1);
const bits = new BigInt64Array(float.buffer);

/** The distance to the next double away from 0: the unit in the last place. */
export function ulp(x: number): number {
  float[0] = Math.abs(x);
  bits[0]! += 1n;
  return float[0] - Math.abs(x);
}
