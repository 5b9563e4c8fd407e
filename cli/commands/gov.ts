import type { Command } from 'commander';
import type { Codec } from '../../proto/codec.ts';
import { Params as AccountsParams } from '../../proto/gen/tenor.accounts.v1.ts';
import { Params as ClobParams } from '../../proto/gen/tenor.clob.v1.ts';
import { Params as LiquidationParams } from '../../proto/gen/tenor.liquidation.v1.ts';
import { Params as MarginParams } from '../../proto/gen/tenor.margin.v1.ts';
import { Params as OptionsParams } from '../../proto/gen/tenor.options.v1.ts';
import { Params as OracleParams } from '../../proto/gen/tenor.oracle.v1.ts';
import { Params as RuntimeParams } from '../../proto/gen/tenor.runtime.v1.ts';
import { Params as StakingParams } from '../../proto/gen/tenor.staking.v1.ts';
import { queries } from '../../client/queries.ts';
import { usageError } from '../errors.ts';
import { messageJson } from '../output/json.ts';
import { cancelUpgrade, scheduleUpgrade, upgrades } from './upgrades.ts';
import { Group, type Open, type Verb } from './verb.ts';

const codecs = [
  AccountsParams,
  ClobParams,
  LiquidationParams,
  MarginParams,
  OptionsParams,
  OracleParams,
  RuntimeParams,
  StakingParams,
] as unknown as readonly Codec<never>[];

type Primitive = string | number | boolean | null;

/** Parameters as indented lines, decimals beside base units, lists below their name. */
export function renderParams(value: unknown, indent = ''): string[] {
  const fields = value as Record<string, unknown>;
  return Object.entries(fields).flatMap(([name, item]) => {
    if (name.endsWith('Decimal') && name.slice(0, -'Decimal'.length) in fields) return [];
    const label = Array.isArray(value) ? `${indent}-` : `${indent}${name}`;
    if (item === null || typeof item !== 'object') {
      const decimal = `${name}Decimal` in fields ? ` = ${fields[`${name}Decimal`] as string}` : '';
      return [`${label}  ${item as Primitive}${decimal}`];
    }
    return [label, ...renderParams(item, `${indent}  `)];
  });
}

const params: Verb = {
  usage: 'params <module>',
  description: 'a module’s parameters, which governance sets',
  examples: ['gov params options', 'gov params runtime --json'],
  async run(session, [module]) {
    const { out } = session;
    const node = await session.node();
    const answer = await node.ask(queries.params, { module: module!.toLowerCase() });
    const codec = codecs.find(({ typeUrl }) => typeUrl === answer.typeUrl);
    if (codec === undefined) {
      throw usageError(`This command does not know ${answer.typeUrl}.`, 'Use a newer version.');
    }
    const json = messageJson(codec, codec.decode(answer.params));
    out.show({ module: answer.module, typeUrl: answer.typeUrl, params: json }, () =>
      renderParams(json),
    );
  },
};

export const govGroup = (root: Command, open: Open): Group =>
  new Group(root, open, 'gov', 'what is governed')
    .verb(params)
    .verb(upgrades)
    .verb(scheduleUpgrade)
    .verb(cancelUpgrade);
