import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import * as liquidation from '../proto/gen/tenor.liquidation.v1.ts';
import * as oracle from '../proto/gen/tenor.oracle.v1.ts';
import { QueryRefused, Reader } from './port.ts';
import type { QueryPort } from './port.ts';
import type { ToldBlock } from './stream/facts.ts';
import type { StreamCounts } from './stream/streams.ts';

export interface ReadMetricsOptions {
  readonly query: QueryPort;
  readonly streams: () => StreamCounts;
  /** The application's own, which follow. */
  readonly appMetrics: () => string;
}

const SECONDS = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];
const MS = 1_000;
const UUSD = 1e6;
const CONTRACT = 1e4;

/** The read side's metrics, and what of the market an operator looks at. */
export class ReadMetrics {
  readonly #o: ReadMetricsOptions;
  readonly #registry = new Registry();
  readonly #requests: Histogram<'route' | 'status'>;
  readonly #trades: Counter<'underlying'>;
  readonly #contracts: Counter<'underlying'>;
  readonly #height: Gauge;
  readonly #time: Gauge;
  readonly #price: Gauge<'underlying'>;
  readonly #status: Gauge<'underlying'>;
  readonly #liquidations: Gauge;

  constructor(options: ReadMetricsOptions) {
    this.#o = options;
    collectDefaultMetrics({ register: this.#registry, prefix: 'tenor_read_' });
    this.#requests = new Histogram({
      ...this.#named('http_request_duration_seconds', 'From a request to its answer'),
      ...{ labelNames: ['route', 'status'] as const, buckets: SECONDS },
    });
    this.#height = new Gauge(this.#named('block_height', 'Of the state that is read'));
    this.#time = new Gauge(this.#named('block_timestamp_seconds', 'Of that block'));
    const labelNames = ['underlying'] as const;
    const per = (name: string, help: string) => ({ ...this.#named(name, help), labelNames });
    this.#trades = new Counter(per('trades_total', 'Since the start'));
    this.#contracts = new Counter(per('traded_contracts_total', 'Since the start'));
    this.#price = new Gauge(per('index_price_usd', 'Absent before the first quorum'));
    this.#status = new Gauge(per('index_status', '1 live, 2 stale, 3 halted'));
    this.#liquidations = new Gauge(this.#named('liquidations', 'Accounts under liquidation'));
    this.#registerStreams();
  }

  #named(name: string, help: string) {
    return { name: `tenor_read_${name}`, help, registers: [this.#registry] };
  }

  #registerStreams(): void {
    const { streams } = this.#o;
    const gauge = (name: string, help: string, of: (counts: StreamCounts) => number) =>
      new Gauge({
        ...this.#named(`stream_${name}`, help),
        collect(): void {
          this.set(of(streams()));
        },
      });
    gauge('clients', 'Connections', ({ clients }) => clients);
    gauge('channels', 'Channels that are kept up', ({ channels }) => channels);
    gauge('subscriptions', 'Of all clients', ({ subscriptions }) => subscriptions);
    gauge('kept_bytes', 'Messages kept for who comes back', ({ keptBytes }) => keptBytes);
    gauge('unsent_bytes', 'Not read by clients yet', ({ unsentBytes }) => unsentBytes);
    const counter = (name: string, help: string, of: (counts: StreamCounts) => number) =>
      new Counter({
        ...this.#named(`stream_${name}_total`, help),
        collect(): void {
          this.reset();
          this.inc(of(streams()));
        },
      });
    counter('sent_messages', 'To all clients', ({ sent }) => sent);
    counter('refused_clients', 'Beyond the limits', ({ refused }) => refused);
    new Counter({
      ...this.#named('stream_cut_clients_total', 'By why'),
      labelNames: ['reason'] as const,
      collect(): void {
        this.reset();
        for (const [reason, count] of Object.entries(streams().cut)) this.inc({ reason }, count);
      },
    });
  }

  /** @param route its pattern, never the path itself */
  answered(route: string, status: number, ms: number): void {
    this.#requests.observe({ route, status: `${Math.floor(status / 100)}xx` }, ms / MS);
  }

  block({ height, timeMs, txs, after, before }: ToldBlock): void {
    this.#height.set(height);
    this.#time.set(timeMs / MS);
    const events = [before, ...txs.map(({ result }) => result.events), after].flat();
    for (const { type, attributes } of events) {
      if (type !== 'trade') continue;
      const of = (name: string) => attributes.find(({ key }) => key === name)?.value ?? '';
      const underlying = of('series').split('-')[0]!;
      this.#trades.inc({ underlying });
      this.#contracts.inc({ underlying }, Number(of('quantity')) / CONTRACT);
    }
  }

  /** As Prometheus reads it: this process', then the application's. */
  async text(): Promise<string> {
    this.#readMarket();
    return `${await this.#registry.metrics()}\n${this.#o.appMetrics()}`;
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  #readMarket(): void {
    const reader = new Reader(this.#o.query, 0);
    try {
      const prices = reader.ask(
        '/tenor.oracle.v1.Query/Prices',
        oracle.QueryPricesRequest,
        oracle.QueryPricesResponse,
        {},
      );
      for (const { underlying, price } of prices.prices) {
        if (price === undefined) continue;
        this.#price.set({ underlying }, Number(price.indexUusd) / UUSD);
        this.#status.set({ underlying }, price.status);
      }
      const { flags } = reader.ask(
        '/tenor.liquidation.v1.Query/Liquidations',
        liquidation.QueryLiquidationsRequest,
        liquidation.QueryLiquidationsResponse,
        { page: { after: 0n, limit: FLAGS_MAX } },
      );
      this.#liquidations.set(flags.length);
    } catch (error) {
      // Before the first state there is no market.
      if (!(error instanceof QueryRefused)) throw error;
    }
  }
}

const FLAGS_MAX = 200;
