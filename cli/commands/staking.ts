import type { Command } from 'commander';
import { Validator } from '../../proto/gen/tenor.staking.v1.ts';
import { queries } from '../../client/queries.ts';
import { hexOf } from '../../client/hex.ts';
import { messageJson } from '../output/json.ts';
import { Group, type Open, type Verb } from './verb.ts';

const validators: Verb = {
  usage: 'validators',
  description: 'the validators and their power',
  examples: ['staking validators'],
  async run(session) {
    const { out } = session;
    const node = await session.node();
    const { validators: found } = await node.ask(queries.validators, {});
    out.show({ validators: found.map((v) => messageJson(Validator, v)) }, () => {
      const total = found.reduce((sum, { power }) => sum + power, 0n);
      const rows = found.map((v) => [
        v.moniker,
        v.power.toString(),
        `${(Number((v.power * 10_000n) / total) / 100).toFixed(2)}%`,
        hexOf(v.consensusAddress),
        v.operator,
      ]);
      const right = (title: string) => ({ title, align: 'right' as const });
      const columns = [{ title: 'NAME' }, right('POWER'), right('SHARE')];
      return out.table([...columns, { title: 'CONSENSUS ADDRESS' }, { title: 'OPERATOR' }], rows);
    });
  },
};

export const stakingGroup = (root: Command, open: Open): Group =>
  new Group(root, open, 'staking', 'who makes the blocks').verb(validators);
