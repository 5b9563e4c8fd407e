import { useRef } from 'preact/hooks';
import { shortAddress } from '../../format/address.ts';
import { signedUsd, usd } from '../../format/amounts.ts';
import type { PageProps } from '../../pageProps.ts';
import { addressOf } from '../../store/route.ts';
import { useChannel } from '../../store/streams.ts';
import { Badge } from '../../ui/badge.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Panel } from '../../ui/panel.tsx';
import table from '../../ui/table.module.css';
import { AuctionPanel } from './auctionPanel.tsx';
import { FundTable } from './fundTable.tsx';
import { isSolvent } from './liquidationData.ts';
import type { Flag, LiquidationsDocument } from './liquidationData.ts';
import css from './liquidationsPage.module.css';

function FlagRow({
  flag,
  owes,
  chosen,
}: {
  flag: Flag;
  owes: string | undefined;
  chosen: boolean;
}) {
  const { subaccountId, owner, number, sinceHeight, maintenanceUusd, steps, auction } = flag;
  const status = auction === undefined ? 'none' : isSolvent(auction) ? 'warn' : 'bad';
  return (
    <tr aria-current={chosen ? 'true' : undefined}>
      <td class={table['left']}>
        <a href={addressOf('liquidations', subaccountId)}>{subaccountId}</a>
      </td>
      <td class={table['left']}>
        {shortAddress(owner)} / {number}
      </td>
      <td>
        <Badge status={status}>
          {auction === undefined ? 'nothing held' : isSolvent(auction) ? 'solvent' : 'insolvent'}
        </Badge>
      </td>
      <td class={table['down']}>{signedUsd(maintenanceUusd)}</td>
      <td>{Number(sinceHeight).toLocaleString('en')}</td>
      <td>{steps}</td>
      <td>{owes === undefined ? '–' : usd(owes)}</td>
    </tr>
  );
}

function FlagTable({ document, chosen }: { document: LiquidationsDocument; chosen: string }) {
  const flags = Object.values(document.flags);
  if (flags.length === 0) {
    return (
      <Empty title="Nobody is under liquidation">Breaches show here in their own block.</Empty>
    );
  }
  return (
    <table class={table['table']}>
      <thead>
        <tr>
          <th class={table['left']}>Account</th>
          <th class={table['left']}>Owner</th>
          <th>Auction</th>
          <th>Maintenance margin</th>
          <th>Since block</th>
          <th>Steps</th>
          <th>Owes</th>
        </tr>
      </thead>
      <tbody>
        {flags.map((flag) => (
          <FlagRow
            key={flag.subaccountId}
            flag={flag}
            owes={document.deficits[flag.subaccountId]?.amountUusd}
            chosen={flag.subaccountId === chosen}
          />
        ))}
      </tbody>
    </table>
  );
}

/** `#/liquidations/12`: who is under liquidation, one of them in full, and the insurance funds. */
export default function LiquidationsPage({ params }: PageProps) {
  const document = useChannel('liquidations').document.value as LiquidationsDocument | null;
  const ids = Object.keys(document?.flags ?? {});
  // An account that one looks at stays when it is over: what became of it is still told.
  const last = useRef('');
  const [chosen = ids.includes(last.current) ? last.current : (ids[0] ?? last.current)] = params;
  last.current = chosen;
  return (
    <div class={css['page']}>
      <div class={css['column']}>
        <Panel title="Under liquidation">
          <div class={css['wide']} tabIndex={0} role="region" aria-label="Table of accounts">
            {document === null ? null : <FlagTable document={document} chosen={chosen} />}
          </div>
        </Panel>
        <Panel title="Insurance funds">
          <div class={css['wide']} tabIndex={0} role="region" aria-label="Table of funds">
            <FundTable />
          </div>
        </Panel>
      </div>
      <div class={css['column']}>
        {/^\d{1,15}$/.test(chosen) ? (
          <AuctionPanel key={chosen} id={chosen} isFlagged={ids.includes(chosen)} />
        ) : null}
      </div>
    </div>
  );
}
