import {
  AppliedUpgrade,
  ModuleVersion,
  MsgCancelUpgrade,
  MsgScheduleUpgrade,
  UpgradePlan,
} from '../../proto/gen/tenor.runtime.v1.ts';
import { queries } from '../../client/queries.ts';
import { msgOf } from '../../client/signTx.ts';
import { messageJson } from '../output/json.ts';
import type { TxFlags } from '../session.ts';
import { showSent } from './showSent.ts';
import { txOptions, wholeNumber, type Verb } from './verb.ts';

const HEIGHT_MAX = 999_999_999_999;

export const upgrades: Verb = {
  usage: 'upgrades',
  description: 'the planned upgrade, those carried out, and the versions of modules',
  examples: ['gov upgrades', 'gov upgrades --json'],
  async run(session) {
    const { out } = session;
    const node = await session.node();
    const [{ plan }, { applied }, versions] = await Promise.all([
      node.ask(queries.currentPlan, {}),
      node.ask(queries.appliedPlan, { name: '' }),
      node.ask(queries.moduleVersions, {}),
    ]);
    const json = {
      plan: plan === undefined ? null : messageJson(UpgradePlan, plan),
      applied: applied.map((upgrade) => messageJson(AppliedUpgrade, upgrade)),
      appVersion: versions.appVersion.toString(),
      modules: versions.modules.map((module) => messageJson(ModuleVersion, module)),
    };
    out.show(json, () => {
      const planned =
        plan === undefined
          ? 'none planned'
          : `${plan.name} at height ${plan.height}${plan.info === '' ? '' : `, ${plan.info}`}`;
      const done = applied.map(({ name, height }) => `${name} at height ${height}`);
      return out.fields([
        ['upgrade', planned],
        ['carried out', done.length === 0 ? 'none' : done.join(', ')],
        ['app version', versions.appVersion.toString()],
        ['modules', versions.modules.map(({ name, version }) => `${name} ${version}`).join(', ')],
      ]);
    });
  },
};

export const scheduleUpgrade: Verb<TxFlags & { height: number; info: string }> = {
  usage: 'schedule-upgrade <name>',
  description: 'plan the height from which another program is needed (the authority)',
  examples: [
    'gov schedule-upgrade v2 --height 120000 --from authority',
    'gov schedule-upgrade v2 --height 120000 --info "https://… sha256:…" --from authority',
  ],
  options: (command) =>
    txOptions(
      command
        .requiredOption(
          '--height <height>',
          'the first block of the new program',
          wholeNumber(1, HEIGHT_MAX),
        )
        .option('--info <text>', 'where to get the program, for the people who run nodes', ''),
    ),
  async run(session, [name], flags) {
    const { height, info } = flags;
    const plan = { name: name!, height: BigInt(height), info };
    await session.confirm(
      `Every node stops before block ${height} until it runs the program of ${name!}. Plan it?`,
    );
    const signer = await session.keys.signer();
    const msg = msgOf(MsgScheduleUpgrade, { authority: signer.address, plan });
    showSent(session, await session.send(signer, [msg], flags), `${name!} at height ${height}`);
  },
};

export const cancelUpgrade: Verb<TxFlags> = {
  usage: 'cancel-upgrade',
  description: 'drop the planned upgrade (the authority)',
  examples: ['gov cancel-upgrade --from authority'],
  options: txOptions,
  async run(session, _, flags) {
    await session.confirm('Drop the planned upgrade?');
    const signer = await session.keys.signer();
    const msg = msgOf(MsgCancelUpgrade, { authority: signer.address });
    showSent(session, await session.send(signer, [msg], flags), 'no upgrade is planned now');
  },
};
