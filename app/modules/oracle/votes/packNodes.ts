/** Nodes from the wings inwards: those beyond the last quote are the outer ones, and fit a byte. */
const OUTER_FIRST = [0, 8, 1, 7, 2, 6, 3, 5, 4] as const;

/** A bit a node, in the order of the nodes, as bits in the order of the outer ones first. */
export function packNodes(bits: number): number {
  return OUTER_FIRST.reduce<number>((packed, node, i) => packed | (((bits >> node) & 1) << i), 0);
}

export function unpackNodes(packed: number): number {
  return OUTER_FIRST.reduce<number>((bits, node, i) => bits | (((packed >> i) & 1) << node), 0);
}
