import type { FeederConfig } from './config.ts';
import type { Report } from './core/buildReport.ts';

/** A report as an operator reads it: integers in base units as strings, times in UTC. */
export function describeReport(report: Report, config: FeederConfig): object {
  return {
    produced: new Date(report.producedMs).toISOString(),
    bytes: report.bytes.length,
    underlyings: config.underlyings.map(({ id, symbol }) => {
      const reported = report.extension.underlyings.find((u) => u.underlyingId === id);
      return {
        id,
        symbol,
        index_uusd: reported === undefined ? null : String(reported.indexUusd),
        sources: report.indexes[symbol]?.verdicts ?? [],
        slices: (reported?.slices ?? []).map((slice) => ({
          expiry: new Date(Number(slice.expirySeconds) * 1000).toISOString(),
          forward_uusd: String(slice.forwardUusd),
          vols_bp: slice.volsBp,
        })),
      };
    }),
  };
}
