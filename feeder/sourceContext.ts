import type { Logger } from 'pino';
import type { FeederConfig, SourceConfig } from './config.ts';
import type { Evidence } from './core/evidence.ts';
import type { SourceRef } from './core/observation.ts';

/** A source with what is asked of it, and when its stream last said something of each. */
export interface SourceContext {
  readonly config: FeederConfig;
  readonly source: SourceConfig;
  readonly ref: SourceRef;
  readonly logger: Logger;
  readonly oddRows: Map<string, number>;
  readonly streamedMs: Map<string, number>;
  readonly evidence: Map<string, Evidence>;
}
