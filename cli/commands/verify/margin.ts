import { MarginMode } from '../../../proto/gen/tenor.accounts.v1.ts';
import { decodeAddress } from '../../../app/lib/address.ts';
import { records } from '../../../app/lib/records.ts';
import { LightError, proveMargin } from '../../../light/index.ts';
import type { ProvedMargin, VerifiedState } from '../../../light/index.ts';
import { formatQuantity, formatUsd } from '../../amounts.ts';
import { queries } from '../../../client/queries.ts';
import { Light } from '../../light/openLight.ts';
import { enumName } from '../../output/json.ts';
import type { Session } from '../../session.ts';
import type { Verb } from '../verb.ts';
import { showVerified } from './describe.ts';
import { ownerOf, ownerOption } from './holdings.ts';
import type { OwnerFlags } from './holdings.ts';

export const verifyMargin: Verb<OwnerFlags> = {
  usage: 'margin [name-or-address]',
  description: 'a maintenance margin, computed again from proved cash, positions, prices and rules',
  examples: ['verify margin alice', 'verify margin --address tenor1… --height 1200'],
  options: ownerOption,
  async run(session, [who], flags) {
    const owner = ownerOf(session, who, flags);
    const { subaccount: number } = session.settings;
    const light = await Light.open(session, flags);
    const [{ account, margin, positions }, state, ground] = await light.state((view) =>
      prove(session, view, owner, number),
    );
    const { maintenanceMarginUusd, markToMarketUusd } = margin;
    const mode = enumName(MarginMode, account.mode);
    const json = {
      ...{ owner, number, mode, cashUusd: account.cashUusd.toString() },
      maintenanceUusd: maintenanceMarginUusd.toString(),
      markToMarketUusd: markToMarketUusd.toString(),
      positions: positions.map((p) => ({ series: p.symbol, quantity: p.quantity.toString() })),
    };
    const held = positions.map((p) => `${formatQuantity(p.quantity)} ${p.symbol}`).join(', ');
    const verdict = maintenanceMarginUusd < 0n ? 'in breach' : 'above liquidation';
    const sentence =
      `subaccount ${number} of ${owner}, ${mode} mode, with ${formatUsd(account.cashUusd)} USD ` +
      `and ${held === '' ? 'nothing else' : held}, is worth ${formatUsd(markToMarketUusd)} USD ` +
      `at the marks and ${formatUsd(maintenanceMarginUusd)} USD ${verdict}, as the node says`;
    showVerified(session.out, { margin: json }, sentence, state, ground);
  },
};

/** Proves the margin, and that the node's own is the same. */
async function prove(
  session: Session,
  view: VerifiedState,
  owner: string,
  number: number,
): Promise<ProvedMargin> {
  const id = await view.get(records.subaccountIds, [decodeAddress(owner)!, number]);
  if (id === undefined) {
    throw new LightError('unprovable', `${owner} has no subaccount ${number} to margin`);
  }
  const node = await session.node();
  // What the node says is held, and in which order it was judged, is a hint: each is proved.
  const [{ explanation }, { positions }] = await Promise.all([
    node.ask(queries.explain, { owner, number }, view.height),
    node.ask(queries.subaccount, { owner, number }, view.height),
  ]);
  const ids = new Map(positions.map(({ symbol, position }) => [symbol, position!.seriesId]));
  const judged = (explanation?.underlyings ?? [])
    .flatMap(({ expiries }) => expiries.flatMap(({ legs }) => legs))
    .flatMap(({ symbol }) => ids.get(symbol) ?? []);
  const proved = await proveMargin(view, id, judged);
  const said = explanation?.margin?.maintenanceUusd;
  if (said === proved.margin.maintenanceMarginUusd) return proved;
  throw new LightError('lie', `it says that the margin of account ${id} is ${said ?? 'none'}`);
}
