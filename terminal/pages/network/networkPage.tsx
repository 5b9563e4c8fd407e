import { useMemo } from 'preact/hooks';
import { decimal, NONE } from '../../format/amounts.ts';
import { clockTime } from '../../format/times.ts';
import { network, node } from '../../store/network.ts';
import { addressOf } from '../../store/route.ts';
import { timeZone } from '../../store/settings.ts';
import { block, useEvents } from '../../store/streams.ts';
import { Empty } from '../../ui/empty.tsx';
import { Fact, Facts } from '../../ui/facts.tsx';
import { LineChart } from '../../ui/lineChart.tsx';
import { Panel } from '../../ui/panel.tsx';
import table from '../../ui/table.module.css';
import { intervals, keepBlocks, percentile, recentBlocks } from './blockTimes.ts';
import { ValidatorTable } from './validatorTable.tsx';
import css from './networkPage.module.css';

const LATEST = 12;
/** Steps of the axis are seen in its texts; milliseconds are no news. */
const LEAST_SPAN_SECONDS = 0.5;

function Summary() {
  const times = intervals(recentBlocks.value).map(({ seconds }) => seconds);
  const text = (share: number) => {
    const value = percentile(times, share);
    return value === undefined ? NONE : `${decimal(value, 2)} s`;
  };
  const txs = recentBlocks.value.reduce((sum, one) => sum + one.txs, 0);
  const spanMs =
    Number(recentBlocks.value.at(-1)?.timeMs ?? 0) - Number(recentBlocks.value[0]?.timeMs ?? 0);
  return (
    <Facts>
      <Fact name="Chain">{network.value?.chainId ?? NONE}</Fact>
      <Fact name="Height">{block.value.height.toLocaleString('en')}</Fact>
      <Fact name="Block time, median">{text(50)}</Fact>
      <Fact name="99th percentile">{text(99)}</Fact>
      <Fact name="Transactions a second">
        {spanMs === 0 ? NONE : decimal((1_000 * txs) / spanMs, 1)}
      </Fact>
      <Fact name="Node">{new URL(node.value).host}</Fact>
    </Facts>
  );
}

function BlockChart() {
  const times = useMemo(() => intervals(recentBlocks.value), [recentBlocks.value]);
  if (times.length < 2) {
    return <Empty title="Waiting for blocks">Their times show as they come.</Empty>;
  }
  return (
    <LineChart
      label="Seconds between blocks"
      height={220}
      xLabel="Block"
      xs={times.map(({ height }) => height)}
      ys={[times.map(({ seconds }) => seconds)]}
      lines={[{ label: 'Seconds', colour: 'accent' }]}
      xText={(height) => (Number.isInteger(height) ? height.toLocaleString('en') : '')}
      yText={(seconds) => `${decimal(seconds, 2)} s`}
      leastSpan={LEAST_SPAN_SECONDS}
    />
  );
}

function Latest() {
  return (
    <table class={table['table']}>
      <thead>
        <tr>
          <th class={table['left']}>Block</th>
          <th>Time</th>
          <th>Transactions</th>
          <th>Failed</th>
          <th>App hash</th>
        </tr>
      </thead>
      <tbody>
        {recentBlocks.value
          .slice(-LATEST)
          .reverse()
          .map(({ height, timeMs, txs, failedTxs, appHash }) => (
            <tr key={height}>
              <td class={table['left']}>
                <a href={addressOf('explorer', height)}>{Number(height).toLocaleString('en')}</a>
              </td>
              <td>{clockTime(Number(timeMs), timeZone.value)}</td>
              <td>{txs}</td>
              <td class={failedTxs > 0 ? table['down'] : table['dim']}>{failedTxs}</td>
              <td class={table['dim']}>{appHash.slice(0, 12)}…</td>
            </tr>
          ))}
      </tbody>
    </table>
  );
}

/** `#/network`: who votes, and how blocks come. */
export default function NetworkPage() {
  useEvents('blocks', ({ blocks }) => keepBlocks(blocks));
  return (
    <div class={css['page']}>
      <Panel title="The chain">
        <div class={css['summary']}>
          <Summary />
        </div>
      </Panel>
      <Panel title="Validators and their votes">
        <div class={css['wide']} tabIndex={0} role="region" aria-label="Table of validators">
          <ValidatorTable />
        </div>
      </Panel>
      <div class={css['pair']}>
        <Panel title="Time between blocks">
          <BlockChart />
        </Panel>
        <Panel title="Latest blocks">
          <div class={css['wide']} tabIndex={0} role="region" aria-label="Table of blocks">
            <Latest />
          </div>
        </Panel>
      </div>
    </div>
  );
}
