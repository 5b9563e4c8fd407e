import { useSignal } from '@preact/signals';
import { moment } from '../../format/times.ts';
import type { PageProps } from '../../pageProps.ts';
import { addressOf, goTo } from '../../store/route.ts';
import { timeZone } from '../../store/settings.ts';
import { block } from '../../store/streams.ts';
import { validatorName } from '../../store/validators.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Fact, Facts } from '../../ui/facts.tsx';
import { Panel } from '../../ui/panel.tsx';
import { useAsked } from './useAsked.ts';
import { readBlock, readTx, transactionsOf } from './engine.ts';
import type { Included } from './engine.ts';
import css from './explorerPage.module.css';
import { sentencesOf } from './told.ts';
import { TxView } from './txView.tsx';

const HEIGHT = /^\d{1,15}$/;
const HASH = /^[0-9A-F]{64}$/;
const ADDRESS = /^tenor1[02-9ac-hj-np-z]{20,80}$/;

function Search() {
  const text = useSignal('');
  const wanted = text.value.trim().replaceAll(',', '');
  const name = HASH.test(wanted.toUpperCase()) ? wanted.toUpperCase() : wanted;
  const isKnown = HEIGHT.test(name) || HASH.test(name) || ADDRESS.test(name);
  return (
    <form
      class={css['search']}
      onSubmit={(event) => {
        event.preventDefault();
        if (isKnown) goTo('explorer', name);
      }}
    >
      <input
        aria-label="Height, hash of a transaction, or address"
        placeholder="Height, hash of a transaction, or address"
        value={text.value}
        onInput={(event) => (text.value = event.currentTarget.value)}
      />
      <Button type="submit" disabled={!isKnown}>
        Find
      </Button>
    </form>
  );
}

function Transactions({ txs, none }: { txs: readonly Included[]; none: string }) {
  if (txs.length === 0) return <Empty title="No transactions">{none}</Empty>;
  return (
    <>
      {txs.map((tx) => (
        <TxView key={tx.hash} tx={tx} />
      ))}
    </>
  );
}

function BlockView({ height }: { height: string }) {
  const { answer, error } = useAsked(height, () => readBlock(height)).value;
  if (error !== '') return <Empty title={`No block ${height} here`}>{error}</Empty>;
  if (answer === null) return null;
  const told = sentencesOf(answer.events);
  const number = Number(height);
  return (
    <>
      <Panel
        title={`Block ${number.toLocaleString('en')}`}
        tools={
          <nav class={css['steps']} aria-label="Blocks beside it">
            {number > 1 ? <a href={addressOf('explorer', String(number - 1))}>← before</a> : null}
            {number < block.value.height ? (
              <a href={addressOf('explorer', String(number + 1))}>after →</a>
            ) : null}
          </nav>
        }
      >
        <div class={css['room']}>
          <Facts>
            <Fact name="Time">{moment(answer.timeMs, timeZone.value)}</Fact>
            <Fact name="Proposer">{validatorName(answer.proposer)}</Fact>
            <Fact name="Transactions">{answer.txs.length}</Fact>
            <Fact name="App hash">{answer.appHash.slice(0, 16)}…</Fact>
          </Facts>
          {told.length === 0 ? null : (
            <ul class={css['told']}>
              {told.map((sentence, i) => (
                <li key={i}>{sentence}</li>
              ))}
            </ul>
          )}
        </div>
      </Panel>
      <Panel title="Transactions">
        <Transactions txs={answer.txs} none="Nobody sent any." />
      </Panel>
    </>
  );
}

function OneTx({ hash }: { hash: string }) {
  const { answer, error } = useAsked(hash, () => readTx(hash)).value;
  if (error !== '') return <Empty title="Not in a block of this node">{error}</Empty>;
  return answer === null ? null : (
    <Panel title="Transaction">
      <TxView tx={answer} />
    </Panel>
  );
}

function OfAddress({ address }: { address: string }) {
  const { answer, error } = useAsked(address, () => transactionsOf(address)).value;
  if (error !== '') return <Empty title="Not found">{error}</Empty>;
  return answer === null ? null : (
    <Panel title={`Latest transactions of ${address}`}>
      <Transactions txs={answer} none="It has signed none that this node keeps." />
    </Panel>
  );
}

/** `#/explorer/123`, a hash, or an address: what was asked of the chain, and what it did. */
export default function ExplorerPage({ params }: PageProps) {
  // A block that one came to stays, though the chain goes on.
  const latest = useSignal('');
  if (latest.value === '' && block.value.height > 0) latest.value = String(block.value.height);
  const [wanted = latest.value] = params;
  return (
    <div class={css['page']}>
      <Search />
      {HASH.test(wanted) ? <OneTx key={wanted} hash={wanted} /> : null}
      {HEIGHT.test(wanted) ? <BlockView key={wanted} height={wanted} /> : null}
      {ADDRESS.test(wanted) ? <OfAddress key={wanted} address={wanted} /> : null}
    </div>
  );
}
