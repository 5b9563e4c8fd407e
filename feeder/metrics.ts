import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { Logger } from 'pino';
import { Gauge, Registry, collectDefaultMetrics } from 'prom-client';
import { SourceState, SourceSubject } from '../proto/gen/tenor.oracle.v1.ts';
import type { FeederReport, SeenPrice } from '../proto/gen/tenor.oracle.v1.ts';
import type { FeederConfig } from './config.ts';
import { nameIn } from './nameIn.ts';

type Known = Pick<FeederConfig, 'underlyings' | 'stablecoins'>;

export interface Metrics {
  /** What the last report said; `oddRows` counts since the start, by source. */
  record(report: FeederReport, oddRows: ReadonlyMap<string, number>, known: Known): void;
  /** As Prometheus reads it. */
  text(): Promise<string>;
  close(): void;
}

const USD = 1e6;
const PPM = 1e6;

/** Serves `GET /metrics` for Prometheus at the configured address; null where there is none. */
export function startMetrics(config: FeederConfig, logger: Logger): Metrics | null {
  if (config.metrics === '') return null;
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'tenor_feeder_' });
  const gauge = <L extends string>(name: string, help: string, labelNames: readonly L[]) =>
    new Gauge({ name: `tenor_feeder_${name}`, help, labelNames, registers: [registry] });
  const price = gauge('price_usd', 'Index, or price of a stablecoin', ['symbol']);
  const age = gauge('age_seconds', 'Median age at the sources', ['symbol']);
  const sources = gauge('sources', 'Sources that count', ['symbol']);
  const needed = gauge('needed_sources', 'Sources without which there is no price', ['symbol']);
  const dispersion = gauge('dispersion_ratio', 'Median distance of the sources', ['symbol']);
  const expiries = gauge('expiries', 'Expiries with a forward and a smile', ['symbol']);
  const labels = ['source', 'symbol', 'subject'] as const;
  const used = gauge('source_used', 'Whether a source counts', labels);
  const sourceAge = gauge('source_age_seconds', 'Age of what a source said last', labels);
  const failures = gauge('source_failures', 'Failures in a row', labels);
  const deviation = gauge('source_deviation_ratio', 'Distance from the median', labels);
  const odd = gauge('odd_rows', 'Option rows that made no sense, since the start', ['source']);

  const recordPrice = (symbol: string, seen: SeenPrice | undefined, least: number): void => {
    needed.set({ symbol }, least);
    sources.set({ symbol }, seen?.sources ?? 0);
    if (seen === undefined) {
      [price, age, dispersion].forEach((g) => g.remove({ symbol }));
      return;
    }
    price.set({ symbol }, Number(seen.priceUusd) / USD);
    age.set({ symbol }, seen.ageMs / 1000);
    dispersion.set({ symbol }, seen.dispersionPpm / PPM);
  };

  const server = listen(config.metrics, registry, logger);
  return {
    record(report, oddRows, known) {
      const symbolOf = (subject: SourceSubject, id: number) => symbolIn(known, subject, id);
      for (const { underlyingId, index, expiries: listed } of report.underlyings) {
        const symbol = symbolOf(SourceSubject.SOURCE_SUBJECT_INDEX, underlyingId);
        recordPrice(symbol, index, config.minSources);
        expiries.set({ symbol }, listed.length);
      }
      for (const { stablecoinId, price: seen } of report.stablecoins) {
        recordPrice(
          symbolOf(SourceSubject.SOURCE_SUBJECT_STABLECOIN, stablecoinId),
          seen,
          config.minStablecoinSources,
        );
      }
      for (const { source, subject, id, state, ageMs, ...rest } of report.sources) {
        const symbol = symbolOf(subject, id);
        const label = {
          source,
          symbol,
          subject: nameIn(SourceSubject, subject, 'SOURCE_SUBJECT_'),
        };
        used.set(label, state === SourceState.SOURCE_STATE_USED ? 1 : 0);
        if (ageMs === undefined) sourceAge.remove(label);
        else sourceAge.set(label, ageMs / 1000);
        failures.set(label, rest.failures);
        deviation.set(label, rest.deviationPpm / PPM);
      }
      for (const [source, rows] of oddRows) odd.set({ source }, rows);
    },
    text: () => registry.metrics(),
    close: () => void server.close(),
  };
}

function symbolIn({ underlyings, stablecoins }: Known, subject: SourceSubject, id: number): string {
  const things = subject === SourceSubject.SOURCE_SUBJECT_STABLECOIN ? stablecoins : underlyings;
  return things.find((thing) => thing.id === id)?.symbol ?? String(id);
}

/** A port that is taken costs the metrics and nothing else. */
function listen(address: string, registry: Registry, logger: Logger): Server {
  const [host, port] = address.split(':');
  const server = createServer((request, response) => {
    if (request.url !== '/metrics') return void response.writeHead(404).end('see /metrics\n');
    registry.metrics().then(
      (text) => response.writeHead(200, { 'content-type': registry.contentType }).end(text),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  server.on('error', (error) => logger.error({ address, error: error.message }, 'no metrics'));
  server.listen(Number(port), host);
  server.unref();
  return server;
}
