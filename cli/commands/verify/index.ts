import type { Command } from 'commander';
import { isoTime } from '../../../light/index.ts';
import { hexOf } from '../../../client/hex.ts';
import { Light, lightOptions } from '../../light/openLight.ts';
import type { LightFlags } from '../../light/openLight.ts';
import { Group, wholeNumber, type Open, type Verb } from '../verb.ts';
import { groundFields, groundJson } from './describe.ts';
import { verifyAccount, verifyBalance, verifyPosition } from './holdings.ts';
import { verifyMargin } from './margin.ts';
import { verifyOrder } from './order.ts';
import { verifySettlement } from './settlement.ts';

const verifyHeader: Verb<LightFlags> = {
  usage: 'header [height]',
  description: 'that a header is the chain’s: signed by more than two thirds of its validators',
  examples: ['verify header', 'verify header 1200 --witness http://127.0.0.1:26667'],
  options: lightOptions,
  async run(session, [text], flags) {
    const { out } = session;
    const asked = text === undefined ? flags.height : wholeNumber(1, 1e15)(text);
    const light = await Light.open(session, flags);
    const ground = await light.header(asked ?? null);
    out.show({ verified: groundJson(ground) }, () => {
      const { height, hash, timeNs, header } = ground.header;
      const sentence = `block ${height} of ${header.chainId} is the chain’s`;
      const fields = out.fields([
        ['hash', hexOf(hash)],
        ['app hash', `${hexOf(header.appHash)}, of the state at height ${height - 1}`],
        ['time', isoTime(timeNs)],
        ...groundFields(out, ground).slice(1),
      ]);
      return [`${out.color.green('Verified:')} ${sentence}`, fields];
    });
  },
};

export const verifyGroup = (root: Command, open: Open): Group =>
  new Group(root, open, 'verify', 'answers proved down from the validators’ signatures')
    .verb(verifyBalance)
    .verb(verifyAccount)
    .verb(verifyPosition)
    .verb(verifyOrder)
    .verb(verifyMargin)
    .verb(verifySettlement)
    .verb(verifyHeader);
