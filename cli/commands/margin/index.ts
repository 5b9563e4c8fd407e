import type { Command } from 'commander';
import { MarginMode } from '../../../proto/gen/tenor.accounts.v1.ts';
import {
  Explanation,
  Margin,
  MsgSetMarginMode,
  type ExpiryMargin,
} from '../../../proto/gen/tenor.margin.v1.ts';
import { replayExplained } from '../../../app/modules/margin/core/index.ts';
import { formatExpiry } from '../../../app/modules/options/core/index.ts';
import { queries } from '../../../client/queries.ts';
import type { Node } from '../../chain/node.ts';
import { formatUsd } from '../../amounts.ts';
import { msgOf } from '../../../client/signTx.ts';
import { usageError } from '../../errors.ts';
import { enumName, messageJson } from '../../output/json.ts';
import type { Output, Text } from '../../output/output.ts';
import { CANNOT_BE_LIQUIDATED, coveredTable } from './covered.ts';
import type { TxFlags } from '../../session.ts';
import { describeRisk, scenarioTable } from './portfolioRisk.ts';
import { showSent } from '../showSent.ts';
import { Group, txOptions, type Open, type Verb } from '../verb.ts';
import { MARGIN_LINES, whatIf } from './whatIf.ts';

const MODES: ReadonlyMap<string, MarginMode> = new Map([
  ['standard', MarginMode.MARGIN_MODE_STANDARD],
  ['portfolio', MarginMode.MARGIN_MODE_PORTFOLIO],
  ['covered', MarginMode.MARGIN_MODE_COVERED],
]);

const right = (title: string) => ({ title, align: 'right' as const });

/** Names of underlyings by id. */
async function underlyingNames(node: Node): Promise<Map<number, string>> {
  const { prices } = await node.ask(queries.prices, {});
  return new Map(prices.map(({ underlying, price }) => [price?.underlyingId ?? 0, underlying]));
}

/** How each expiry is margined: what its legs add up to, what it can lose, and which was taken. */
function explain(expiries: readonly ExpiryMargin[], names: Map<number, string>, out: Output): Text {
  const columns = [
    { title: 'EXPIRY' },
    ...['INITIAL', 'MAINTENANCE', 'SUM OF SHORTS', 'MAXIMUM LOSS', 'LOST AT'].map(right),
    { title: 'TAKEN' },
  ];
  const isMaximum = (e: ExpiryMargin) => e.initialUusd < e.sumInitialUusd;
  const rows = expiries.map((e) => [
    `${names.get(e.underlyingId) ?? e.underlyingId}-${formatExpiry(e.expirySeconds)}`,
    formatUsd(e.initialUusd),
    formatUsd(e.maintenanceUusd),
    formatUsd(e.sumInitialUusd),
    formatUsd(e.maxLossInitialUusd),
    isMaximum(e) ? formatUsd(e.worstPriceUusd) : '–',
    isMaximum(e) ? 'maximum loss' : 'sum of shorts',
  ]);
  return out.table(columns, rows);
}

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
      const rows = MARGIN_LINES.map(([name, field]) => [name, formatUsd(judged[field])]);
      rows.unshift(['margin mode', enumName(MarginMode, judged.mode)]);
      const parts: Text[] = [out.table([{ title: '' }, right('USD')], rows)];
      if (judged.expiries.length > 0) parts.push('', explain(judged.expiries, names, out));
      if (judged.covered.length > 0) parts.push('', coveredTable(judged.covered, names, out));
      for (const risk of judged.underlyings) parts.push('', describeRisk(risk, names, out));
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

const explainVerb: Verb = {
  usage: 'explain [name-or-address]',
  description: 'every scenario of a portfolio margin, computed again here from its inputs',
  examples: ['margin explain --from alice', 'margin explain bob --json'],
  async run(session, [who]) {
    const { out } = session;
    const owner = session.owner(who);
    const node = await session.node();
    const number = session.settings.subaccount;
    const { explanation } = await node.ask(queries.explain, { owner, number });
    if (explanation === undefined) {
      out.show({ explanation: null }, () => NOT_PORTFOLIO);
      return;
    }
    const { initialMarginUusd, maintenanceMarginUusd } = replayExplained(explanation);
    const { initialUusd, maintenanceUusd, underlyings } = explanation.margin!;
    const isSame = initialMarginUusd === initialUusd && maintenanceMarginUusd === maintenanceUusd;
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
      ...underlyings.map((risk) => [scenarioTable(risk, names, out), '']),
      isSame
        ? out.color.green('Computed again here from these inputs: the same margins.')
        : out.color.red('Computed again here from these inputs: DIFFERENT margins.'),
    ]);
  },
};

const NOT_PORTFOLIO =
  'It is not judged by scenarios: `tenor margin show` has every part of its margin.';

export const marginGroup = (root: Command, open: Open): Group =>
  new Group(root, open, 'margin', 'what positions and orders require')
    .verb(show)
    .verb(whatIf)
    .verb(mode)
    .verb(explainVerb);
