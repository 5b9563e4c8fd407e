import { age, clockTime } from '../format/times.ts';
import { now } from '../store/clock.ts';
import { network, node } from '../store/network.ts';
import { timeZone } from '../store/settings.ts';
import { block, connection } from '../store/streams.ts';
import { VerifySwitch } from './verifySwitch.tsx';
import css from './statusBar.module.css';

/** Blocks come every second or so: later than this the chain stands still for the reader. */
const LATE_MS = 5_000;

function stateOf(): { readonly tone: string; readonly text: string } {
  const { state, reason } = connection.value;
  if (network.value === null)
    return { tone: 'bad', text: 'The node does not answer; trying again' };
  if (state === 'connecting') return { tone: 'wait', text: 'Connecting' };
  if (state === 'lost') {
    const why = reason === '' ? '' : ` (${reason})`;
    return { tone: 'bad', text: `Connection lost${why}: prices are old. Connecting again` };
  }
  const { height, seenMs } = block.value;
  if (height === 0) return { tone: 'wait', text: 'Waiting for a block' };
  const lateMs = now.value - seenMs;
  if (lateMs > LATE_MS) return { tone: 'bad', text: `No block for ${age(lateMs)}` };
  return { tone: 'good', text: 'Live' };
}

/** One line at the bottom that says what all the numbers above are worth. */
export function StatusBar() {
  const { tone, text } = stateOf();
  const { height } = block.value;
  return (
    <footer class={css['bar']} data-tone={tone}>
      <span class={css['state']} role="status">
        <i class={css['dot']} aria-hidden="true" />
        {text}
      </span>
      <span class={css['height']}>
        {height === 0 ? '' : `Block ${height.toLocaleString('en')}`}
      </span>
      <VerifySwitch />
      <span class={css['node']}>
        {network.value?.chainId} {new URL(node.value).host}
      </span>
      <time class={css['clock']}>
        {clockTime(now.value, timeZone.value)} {timeZone.value === 'utc' ? 'UTC' : 'local'}
      </time>
    </footer>
  );
}
