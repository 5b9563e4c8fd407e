/**
 * Random numbers by place instead of by order: the same seed, stream and step give the same number,
 * whoever asked for what before. The mixing step is the 32-bit finaliser of MurmurHash3
 * (https://github.com/aappleby/smhasher/wiki/MurmurHash3).
 */
function mix(value: number): number {
  let h = value >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** In the open interval (0, 1). */
export function uniform(seed: number, stream: string, step: number): number {
  let h = mix(seed ^ 0x9e3779b9);
  for (const char of stream) h = mix(h ^ char.codePointAt(0)!);
  h = mix(h ^ (step >>> 0));
  return (h + 0.5) / 0x1_0000_0000;
}

/** Standard normal, by Box and Muller's transform. */
export function normal(seed: number, stream: string, step: number): number {
  const radius = Math.sqrt(-2 * Math.log(uniform(seed, `${stream}/r`, step)));
  return radius * Math.cos(2 * Math.PI * uniform(seed, `${stream}/a`, step));
}
