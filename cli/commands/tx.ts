import type { Command } from 'commander';
import { contentOf, describeOutcome } from '../chain/describeOutcome.ts';
import { outcomeOf } from '../../client/outcome.ts';
import { humanise } from '../amounts.ts';
import { RefusedError, usageError } from '../errors.ts';
import { outcomeJson } from './showSent.ts';
import { Group, type Open, type Verb } from './verb.ts';

const show: Verb = {
  usage: 'show <hash>',
  description: 'what became of a transaction',
  examples: ['tx show 3F2A…  (the 64 digits that sending it printed)'],
  async run(session, [text]) {
    const { out } = session;
    const hash = text!.replace(/^0x/i, '');
    if (!/^[0-9a-f]{64}$/i.test(hash)) {
      throw usageError('This is not the hash of a transaction.', 'It is 64 hexadecimal digits.');
    }
    const node = await session.node();
    const found = await node.tx(Uint8Array.from(Buffer.from(hash, 'hex')));
    if (found === null) {
      throw new RefusedError(
        { codespace: 'sdk', code: 38 },
        `${hash.toUpperCase()} is in no block that this node knows.`,
        'It may still be on its way: ask again in a few seconds.',
      );
    }
    const outcome = outcomeOf(found);
    const { messages, memo } = contentOf(found.tx);
    out.show({ ...outcomeJson(outcome), messages, memo }, () => {
      const result =
        outcome.code === 0
          ? out.color.green('accepted')
          : out.color.red(
              `refused [${outcome.codespace}/${outcome.code}]: ${humanise(outcome.log)}`,
            );
      const lines = out.fields([
        ['hash', outcome.hash],
        ['height', String(outcome.height)],
        ['messages', messages.join(', ')],
        ...(memo === '' ? [] : [['memo', memo] as const]),
        ['result', result],
        ['gas used', outcome.gasUsed.toString()],
      ]);
      return [lines, ...describeOutcome(outcome).map((sentence) => `· ${sentence}`)];
    });
  },
};

export const txGroup = (root: Command, open: Open): Group =>
  new Group(root, open, 'tx', 'transactions').verb(show);
