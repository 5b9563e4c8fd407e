import { useRef } from 'preact/hooks';
import type { StreamSubaccount } from '../../../client/streamTypes.ts';
import { signedUsd, usd } from '../../format/amounts.ts';
import { account, isAccountKnown } from '../../store/account.ts';
import { block } from '../../store/streams.ts';
import { isWalletOpen } from '../../shell/walletOpen.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Fact, Facts } from '../../ui/facts.tsx';
import { Panel } from '../../ui/panel.tsx';
import { subaccount, wallet } from '../../wallet/wallet.ts';
import { heldOf, marginOf, modeName } from './accountData.ts';
import type { Margin } from './accountData.ts';
import css from './accountPage.module.css';
import { ActivityPanel } from './activityPanel.tsx';
import { EquityPanel } from './equityPanel.tsx';
import { useExplained } from './explanation.ts';
import { FundsPanel } from './fundsPanel.tsx';
import { useRemembered } from './history.ts';
import { MarginPanel } from './marginPanel.tsx';
import { PositionsPanel } from './positionsPanel.tsx';
import { ScenariosPanel } from './scenariosPanel.tsx';
import { SessionsPanel } from './sessionsPanel.tsx';
import { SubaccountPanel } from './subaccountPanel.tsx';
import { WhyPanel } from './whyPanel.tsx';

function Summary({ of, margin }: { of: StreamSubaccount; margin: Margin | undefined }) {
  const cost = heldOf(of).reduce((sum, { costUusd }) => sum + BigInt(costUusd), 0n);
  const profit =
    margin === undefined
      ? undefined
      : BigInt(margin.markToMarketUusd) - BigInt(margin.cashUusd) - cost;
  const tone = profit === undefined || profit === 0n ? 'plain' : profit > 0n ? 'up' : 'down';
  return (
    <Panel title="Account">
      <div class={css['room']}>
        <Facts>
          <Fact name="Marked value">{usd(margin?.markToMarketUusd)}</Fact>
          <Fact name="Cash">{usd(margin?.cashUusd)}</Fact>
          <Fact name="Open profit" tone={tone}>
            {signedUsd(profit)}
          </Fact>
          <Fact name="Free for new risk">{usd(margin?.initialUusd)}</Fact>
          <Fact name="Above liquidation">{usd(margin?.maintenanceUusd)}</Fact>
          <Fact name="Mode">{margin === undefined ? '–' : modeName(margin.mode)}</Fact>
        </Facts>
      </div>
    </Panel>
  );
}

const isBreached = (margin: Margin | undefined): boolean => Number(margin?.maintenanceUusd) < 0;

/** All of an account that is there. */
function Whole({ of, owner }: { of: StreamSubaccount; owner: string }) {
  const number = subaccount.value;
  const explained = useExplained(owner, number).value;
  const explanation = explained?.explanation ?? null;
  const streamed = marginOf(of);
  // All numbers of the page are of the block that is explained beside them.
  const margin = explained?.margin ?? streamed;
  return (
    <>
      <div class={css['column']}>
        <Summary of={of} margin={margin} />
        <PositionsPanel account={of} />
        <ActivityPanel account={of} owner={owner} number={number} />
        <ScenariosPanel explanation={explanation} />
        <EquityPanel of={`${owner}/${number}`} markToMarketUusd={margin?.markToMarketUusd} />
      </div>
      <div class={css['column']}>
        <MarginPanel margin={margin} explained={explained} isBreached={isBreached(streamed)} />
        <WhyPanel explained={explained} />
        <FundsPanel />
        <SubaccountPanel />
        <SessionsPanel owner={owner} />
      </div>
    </>
  );
}

function Connected({ owner }: { owner: string }) {
  const number = subaccount.value;
  const nowMs = useRef(() => block.peek().timeMs).current;
  useRemembered(owner, number, nowMs);
  const of = account.value;
  if (of !== null) return <Whole key={`${owner}/${number}`} of={of} owner={owner} />;
  return (
    <>
      <div class={css['column']}>
        {isAccountKnown.value ? (
          <Panel title="Account">
            <Empty title="Nothing deposited yet">
              Deposit dollars from your wallet to trade with this subaccount.
            </Empty>
          </Panel>
        ) : null}
      </div>
      <div class={css['column']}>
        <FundsPanel />
        <SubaccountPanel />
      </div>
    </>
  );
}

/** `#/account`: what one holds, why the margin is what it is, and money in and out. */
export default function AccountPage() {
  const who = wallet.value;
  if (who === null) {
    return (
      <Empty title="Nobody is connected">
        Positions, margin and what may happen to it, orders, fills, deposits and session keys show
        here for whoever connects: by Keplr, or on a local network as a test account.
        <br />
        <Button tone="accent" onClick={() => (isWalletOpen.value = true)}>
          Connect
        </Button>
      </Empty>
    );
  }
  return (
    <div class={css['page']}>
      <Connected key={who.owner} owner={who.owner} />
    </div>
  );
}
