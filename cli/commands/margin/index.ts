import type { Command } from 'commander';
import { MarginMode } from '../../../proto/gen/tenor.accounts.v1.ts';
import { Explanation, Margin, MsgSetMarginMode } from '../../../proto/gen/tenor.margin.v1.ts';
import { replayExplained } from '../../../app/modules/margin/core/index.ts';
import { queries } from '../../../client/queries.ts';
import { msgOf } from '../../../client/signTx.ts';
import { usageError } from '../../errors.ts';
import { messageJson } from '../../output/json.ts';
import { CANNOT_BE_LIQUIDATED } from './covered.ts';
import type { TxFlags } from '../../session.ts';
import { marginParts, underlyingNames } from './describe.ts';
import { scenarioTable } from './portfolioRisk.ts';
import { showSent } from '../showSent.ts';
import { Group, txOptions, wholeNumber, type Open, type Verb } from '../verb.ts';
import { whatIf } from './whatIf.ts';

const MODES: ReadonlyMap<string, MarginMode> = new Map([
  ['standard', MarginMode.MARGIN_MODE_STANDARD],
  ['portfolio', MarginMode.MARGIN_MODE_PORTFOLIO],
  ['covered', MarginMode.MARGIN_MODE_COVERED],
]);

const show: Verb = {
  usage: 'show [name-or-address]',
  description: 'what is required, what is free, and how it comes about',
  examples: ['margin show --from alice', 'margin show bob --json'],
  async run(session, [who]) {
    const { out } = session;
    const owner = session.owner(who);
    const node = await session.node();
    const { margin } = await node.ask(queries.margin, {
      owner,
      number: session.settings.subaccount,
    });
    const judged = margin!;
    const names = await underlyingNames(node);
    out.show({ margin: messageJson(Margin, judged) }, () => {
      const parts = marginParts(judged, names, out);
      if (judged.mode === MarginMode.MARGIN_MODE_COVERED) {
        parts.push('', out.color.green(CANNOT_BE_LIQUIDATED));
      } else if (judged.maintenanceUusd < 0n) {
        // Who holds only longs and owes nothing is left alone (ADR 063).
        const text = 'Below maintenance margin: what is short or owes cash is liquidated. Deposit.';
        parts.push('', out.color.red(text));
      }
      if (judged.degraded && judged.mode !== MarginMode.MARGIN_MODE_COVERED) {
        parts.push('', 'No volatility is known for some of it: its bound is wider until there is.');
      }
      return parts;
    });
  },
};

const mode: Verb<TxFlags> = {
  usage: 'mode <mode>',
  description:
    'how the account is margined: standard (leg by leg), portfolio (by what all of it can lose), ' +
    'or covered (only what cash pays at every settlement price: it cannot be liquidated)',
  examples: ['margin mode portfolio --from alice', 'margin mode covered --from alice'],
  options: txOptions,
  async run(session, [text], flags) {
    const wanted = MODES.get(text!.toLowerCase());
    if (wanted === undefined) throw usageError('A margin mode is standard, portfolio or covered.');
    const { subaccount } = session.settings;
    const { name } = session.keys.find(session.keys.from());
    await session.confirm(`Margin subaccount ${subaccount} of ${name} in ${text} mode?`);
    const signer = await session.keys.signer();
    const msg = msgOf(MsgSetMarginMode, { sender: signer.address, subaccount, mode: wanted });
    showSent(session, await session.send(signer, [msg], flags), 'margined');
  },
};

const explainVerb: Verb<{ readonly height?: number }> = {
  usage: 'explain [name-or-address]',
  description: 'every part of a margin, computed again here from its inputs',
  examples: ['margin explain --from alice', 'margin explain bob --height 1200 --json'],
  options: (command) =>
    command.option('--height <h>', 'as it was at this height (the last)', wholeNumber(1, 1e15)),
  async run(session, [who], { height }) {
    const { out } = session;
    const owner = session.owner(who);
    const node = await session.node();
    const number = session.settings.subaccount;
    const { explanation } = await node.ask(queries.explain, { owner, number }, height);
    if (explanation === undefined) {
      out.show({ explanation: null }, () => COVERED);
      return;
    }
    const { initialMarginUusd, maintenanceMarginUusd } = replayExplained(explanation);
    const margin = explanation.margin!;
    const isSame =
      initialMarginUusd === margin.initialUusd && maintenanceMarginUusd === margin.maintenanceUusd;
    const names = await underlyingNames(node);
    const json = {
      explanation: messageJson(Explanation, explanation),
      replay: {
        initialUusd: initialMarginUusd.toString(),
        maintenanceUusd: maintenanceMarginUusd.toString(),
        same: isSame,
      },
    };
    out.show(json, () => [
      ...marginParts(margin, names, out),
      ...margin.underlyings.map((risk) => ['', scenarioTable(risk, names, out)]),
      '',
      isSame
        ? out.color.green('Computed again here from these inputs: the same margins.')
        : out.color.red('Computed again here from these inputs: DIFFERENT margins.'),
    ]);
  },
};

const COVERED =
  'It is covered by cash at every settlement price: `tenor margin show` has every part of it.';

export const marginGroup = (root: Command, open: Open): Group =>
  new Group(root, open, 'margin', 'what positions and orders require')
    .verb(show)
    .verb(whatIf)
    .verb(mode)
    .verb(explainVerb);
