import { rollBack } from '../openStore.ts';
import type { Command } from './command.ts';
import { databaseOf } from './withStore.ts';

export const rollback: Command = {
  summary: 'undo the last block of the application',
  help: `The node must be stopped. The application's state becomes exactly that of the block before.
The engine must go back as well, before either starts again, and both must name one height and hash:

  cometbft rollback --home HOME             the same block is executed again
  cometbft rollback --hard --home HOME      the block is dropped: another may take its place
  node dist/app.mjs rollback --home HOME

Only the last block can be undone. One that most validators go on with comes back: for a new
outcome, more than two thirds of the power must go back together.`,
  options: {},
  async run(program, config) {
    const { height, appHash } = await rollBack(databaseOf(config), program.createRegistry());
    const hash = Buffer.from(appHash).toString('hex').toUpperCase();
    console.log(`Rolled back the application to height ${height} and hash ${hash}`);
  },
};
