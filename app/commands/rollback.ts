import { openStore, rollBack } from '../chain/openStore.ts';
import type { Config } from '../config.ts';
import { printable } from '../lib/printable.ts';
import { UsageError, heightFlag } from './command.ts';
import type { Command, Program } from './command.ts';
import { databaseOf } from './withStore.ts';

export const rollback: Command = {
  summary: 'undo the last block of the application',
  help: `The node must be stopped. The application's state becomes exactly that of the block before.
The engine goes back first, and says to which height; the block is executed again at the start:

  cometbft rollback --home HOME
  node dist/app.mjs rollback --home HOME --height H

  --height H    what the engine said: nothing is undone when the application is there already,
                as it is after a crash between the two

Only the last block can be undone. cometbft rollback --hard also drops the block, for a node that
gets it again from its peers. Never on more than a third of the power at once: who has voted for
a block does not vote for another, and the chain stands still if nobody has the first.`,
  options: { height: { type: 'string' } },
  async run(program, config, flags) {
    const goal = heightFlag(flags, 'height');
    const path = databaseOf(config);
    if (goal !== undefined && (await isThere(program, config, goal))) {
      console.log(printable(`The application is at height ${goal} already: nothing is undone.`));
      return;
    }
    const { height, appHash } = await rollBack(path, program.createRegistry());
    const hash = Buffer.from(appHash).toString('hex').toUpperCase();
    console.log(printable(`Rolled back the application to height ${height} and hash ${hash}`));
  },
};

/** Whether the application has a height. @throws UsageError when it is not one block away */
async function isThere(program: Program, config: Config, goal: number): Promise<boolean> {
  const options = { retainedHeights: 1 };
  const store = await openStore(databaseOf(config), program.createRegistry(), options);
  const height = store.committed?.height;
  await store.close();
  if (height === goal) return true;
  if (height === goal + 1) return false;
  throw new UsageError(
    `the application is at height ${height ?? 0}: one block back is not ${goal}`,
  );
}
