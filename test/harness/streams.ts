import { setTimeout as sleep } from 'node:timers/promises';
import { startApi } from '../../api/server.ts';
import type { Api } from '../../api/server.ts';
import type { StreamLimits } from '../../api/stream/limits.ts';
import type { TerminalOptions } from '../../api/terminal.ts';
import type { TestNode } from './node.ts';
import { TestReplica } from './replica.ts';

/** A node's read side with its HTTP and streams, in this process. */
export class TestReadSide {
  readonly reader: TestReplica;
  readonly api: Api;
  readonly faults: object[];

  private constructor(reader: TestReplica, api: Api, faults: object[]) {
    this.reader = reader;
    this.api = api;
    this.faults = faults;
  }

  static async start(
    node: TestNode,
    streams: Partial<StreamLimits> = {},
    terminal: TerminalOptions = {},
    rpc = '',
  ): Promise<TestReadSide> {
    const reader = new TestReplica(node);
    const faults: object[] = [];
    const api = await startApi({
      listen: '127.0.0.1:0',
      query: (path, data, height) => reader.replica.answer(path, data, height),
      chainId: () => reader.replica.latest?.chainId ?? '',
      appMetrics: () => reader.replica.appMetrics,
      logger: { error: (fields) => faults.push(fields) },
      streams,
      terminal,
      rpc,
    });
    reader.observe(api.observer);
    return new TestReadSide(reader, api, faults);
  }

  get streamUrl(): string {
    return `${this.api.url.replace('http', 'ws')}/stream`;
  }

  async close(): Promise<void> {
    await this.api.close();
    this.reader.feed.close();
  }
}

/** Until something holds that comes about beside this program's own turns. */
export async function until(holds: () => boolean, what: string, maxMs = 20_000): Promise<void> {
  for (let waitedMs = 0; !holds(); waitedMs += 5) {
    if (waitedMs > maxMs) throw new Error(`not within ${maxMs} ms: ${what}`);
    await sleep(5);
  }
}
