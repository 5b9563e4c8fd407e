import type { RecordSpec } from '../app/lib/records.ts';

/** Records of one state, each proved, and the time of its block. A `VerifiedState` is one. */
export interface ProvedReader {
  get<K, V>(spec: RecordSpec<K, V>, of: K): Promise<V | undefined>;
  timeMs(): Promise<number>;
}
