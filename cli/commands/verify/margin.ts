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
  description: 'margins, computed again from proved cash, positions, orders, prices and rules',
  examples: ['verify margin alice', 'verify margin --address tenor1… --height 1200'],
  options: ownerOption,
  async run(session, [who], flags) {
    const owner = ownerOf(session, who, flags);
    const { subaccount: number } = session.settings;
    const light = await Light.open(session, flags);
    const [{ account, margin, positions, groups }, state, ground] = await light.state((view) =>
      prove(session, view, owner, number),
    );
    const { initialMarginUusd, maintenanceMarginUusd, markToMarketUusd } = margin;
    const { quotesReservedUusd } = margin;
    const mode = enumName(MarginMode, account.mode);
    const json = {
      ...{ owner, number, mode, cashUusd: account.cashUusd.toString() },
      maintenanceUusd: maintenanceMarginUusd.toString(),
      initialUusd: initialMarginUusd.toString(),
      ...{ openOrders: account.openOrders, quoteGroups: groups },
      quotesReservedUusd: quotesReservedUusd.toString(),
      markToMarketUusd: markToMarketUusd.toString(),
      positions: positions.map((p) => ({ series: p.symbol, quantity: p.quantity.toString() })),
    };
    const held = positions.map((p) => `${formatQuantity(p.quantity)} ${p.symbol}`).join(', ');
    const verdict = maintenanceMarginUusd < 0n ? 'in breach' : 'above liquidation';
    const sentence =
      `subaccount ${number} of ${owner}, ${mode} mode, with ${formatUsd(account.cashUusd)} USD ` +
      `and ${held === '' ? 'nothing else' : held}, is worth ${formatUsd(markToMarketUusd)} USD ` +
      `at the marks and ${formatUsd(maintenanceMarginUusd)} USD ${verdict}, with ` +
      `${formatUsd(initialMarginUusd)} USD of initial margin beside ${account.openOrders} orders` +
      `${reserved(groups, quotesReservedUusd)}, as the node says`;
    showVerified(session.out, { margin: json }, sentence, state, ground);
  },
};

const reserved = (groups: number, uusd: bigint): string =>
  groups === 0 ? '' : ` and ${groups} groups of quotes, which reserve ${formatUsd(uusd)} USD`;

/** Proves the margins, and that the node's own are the same. */
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
  const { explanation, hints } = await hintsOf(session, view.height, owner, number);
  const proved = await proveMargin(view, id, hints);
  const said = explanation?.margin;
  if (said?.degraded === true) {
    throw new LightError('unprovable', 'it says that volatilities were old at that height');
  }
  const { initialMarginUusd, maintenanceMarginUusd } = proved.margin;
  const isMaintained = said?.maintenanceUusd === maintenanceMarginUusd;
  if (!isMaintained || said.initialUusd !== initialMarginUusd) {
    const its = `${said?.maintenanceUusd ?? 'none'}, initially ${said?.initialUusd ?? 'none'}`;
    throw new LightError('lie', `it says that the margin of account ${id} is ${its}`);
  }
  return proved;
}

/** What the node says is held and ordered, in the order in which it was judged: to be proved. */
async function hintsOf(session: Session, height: number, owner: string, number: number) {
  const node = await session.node();
  const [{ explanation }, { positions }, { orders }, { quotes }] = await Promise.all([
    node.ask(queries.explain, { owner, number }, height),
    node.ask(queries.subaccount, { owner, number }, height),
    node.ask(queries.orders, { owner, subaccount: number }, height),
    node.ask(queries.quotes, { owner, subaccount: number, group: '' }, height),
  ]);
  const ids = new Map(positions.map(({ symbol, position }) => [symbol, position!.seriesId]));
  for (const { symbol, seriesId } of orders) ids.set(symbol, seriesId);
  const seriesIds = (explanation?.underlyings ?? [])
    .flatMap(({ expiries }) => expiries.flatMap(({ legs }) => legs))
    .flatMap(({ symbol }) => ids.get(symbol) ?? []);
  const orderIds = orders.map(({ id }) => id);
  const quotedIds = quotes.map(({ seriesId }) => seriesId);
  return { explanation, hints: { seriesIds, orderIds, quotedIds } };
}
