import { fromBinary } from '../app/lib/bytes.ts';
import { recordKey } from '../app/lib/records.ts';
import { CodecError } from '../proto/codec.ts';
import type { RecordSpec } from '../app/lib/records.ts';
import type { LightClient } from './client.ts';
import { LightError, lie } from './errors.ts';
import { verifyClaim } from './ics23.ts';
import type { VerifiedHeader } from './types.ts';

/** A record with what was proved of it. */
export interface ProvedRecord {
  readonly store: string;
  readonly name: string;
  readonly key: Uint8Array;
  /** The stored bytes; null when the absence of the key was proved. */
  readonly value: Uint8Array | null;
}

/** The state at a height, of which every record that is read is proved. */
export class VerifiedState {
  /** The state's height; the header after it has its app hash. */
  readonly height: number;
  readonly header: VerifiedHeader;
  readonly proved: ProvedRecord[] = [];
  readonly #client: LightClient;

  private constructor(client: LightClient, header: VerifiedHeader) {
    this.#client = client;
    this.header = header;
    this.height = header.height - 1;
  }

  /**
   * The state of a height, or the node's last. Waits for the header that has its root.
   * @throws LightError
   */
  static async at(
    client: LightClient,
    height: number | null,
    waitMs: number,
  ): Promise<VerifiedState> {
    const of = height ?? (await client.provider.stateHeight());
    if (of < 1) throw new LightError('unprovable', `${client.provider.name} has no block yet`);
    return new VerifiedState(client, await client.comingHeader(of + 1, waitMs));
  }

  /** Unix milliseconds of its block, rounded down: what its state machine took for now. */
  async timeMs(): Promise<number> {
    const { timeNs } = await this.#client.header(this.height);
    return Number(timeNs / 1_000_000n);
  }

  /** A record, proved; undefined when it is proved that there is none. @throws LightError */
  async get<K, V>(spec: RecordSpec<K, V>, of: K): Promise<V | undefined> {
    const { store, name } = spec;
    const key = fromBinary(recordKey(spec, of));
    const { header, height } = this;
    const claim = await this.#client.provider.prove(store, key, height);
    if (claim.height !== height) {
      throw lie(`asked for the state of height ${height}, got that of ${claim.height}`);
    }
    if (claim.ops.length === 0) {
      const why = `no proof of ${store}/${name} came with the answer`;
      throw new LightError('unprovable', `${this.#client.provider.name}: ${why}`);
    }
    const value = verifyClaim(claim, store, key, header.header.appHash);
    this.proved.push({ store, name, key, value });
    if (value === null) return undefined;
    try {
      return spec.value.decode(value);
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      const what = `the proved bytes of ${store}/${name} are of another version of the chain`;
      throw new LightError('unprovable', `${what} (${error.message})`);
    }
  }
}
