import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { SmallChain } from './smallChain.ts';
import type { Database } from '../../indexer/db/database.ts';
import { migrate } from '../../indexer/db/migrate.ts';
import { openDatabase } from '../../indexer/db/openDatabase.ts';
import { catchUpOnce } from '../../indexer/follow.ts';

/** For tests: an empty history in memory before each of them, and a chain without blocks. */
export class HistoryStage {
  database!: Database;
  chain!: SmallChain;

  constructor() {
    beforeAll(async () => {
      this.database = await openDatabase({ folder: null });
    });
    beforeEach(async () => {
      await this.empty();
      await migrate(this.database);
      this.chain = new SmallChain();
    });
    afterAll(() => this.database.close());
  }

  /** A database without a schema. */
  empty(): Promise<void> {
    return this.database.script('drop schema public cascade; create schema public');
  }

  follow(source = this.chain, batch = 3): Promise<unknown> {
    const { database } = this;
    return catchUpOnce({ database, source, signal: AbortSignal.timeout(60_000), batch });
  }

  /** The first row of an answer. */
  async one(text: string): Promise<Readonly<Record<string, unknown>> | undefined> {
    return (await this.database.query(text))[0];
  }
}
