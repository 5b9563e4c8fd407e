/**
 * The normalised moneyness at which every volatility slice stands: z = ln(K/F) / sqrt(years).
 * Feeders report volatilities at exactly these nodes and the oracle takes medians node by node, so
 * the list is part of the protocol: a change is a new version of the vote extension.
 */
export const SURFACE_NODES: readonly number[] = [-1.6, -1, -0.6, -0.3, 0, 0.3, 0.6, 1, 1.6];

/** Seconds in a year of option time: actual/365 fixed. */
export const YEAR_SECONDS = 31_536_000;
