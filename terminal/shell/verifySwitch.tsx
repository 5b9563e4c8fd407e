import { isAlarm, isVerifying, verified } from '../verify/verify.ts';
import { wallet } from '../wallet/wallet.ts';
import css from './verifySwitch.module.css';

function said(): { readonly tone: string; readonly text: string; readonly title: string } {
  if (isVerifying.value === 'off') {
    const title = 'Check balances and positions with a light client, in this page';
    return { tone: 'off', text: 'Verify', title };
  }
  if (wallet.value === null) return { tone: 'wait', text: 'Verify: connect first', title: '' };
  const answer = verified.value;
  if (answer === null) return { tone: 'wait', text: 'Verifying…', title: '' };
  if (!answer.ok) {
    const isBad = isAlarm(answer);
    return {
      tone: isBad ? 'bad' : 'wait',
      text: isBad ? 'NOT VERIFIED' : 'Not verified yet',
      title: answer.reason,
    };
  }
  const { height, checked, signedPower, totalPower } = answer;
  return {
    tone: 'good',
    text: `Verified · block ${height.toLocaleString('en')}`,
    title: `${checked} numbers proved; ${signedPower} of ${totalPower} voting power signed`,
  };
}

/** Whether what the node says of one's account is checked, and how that went. */
export function VerifySwitch() {
  const { tone, text, title } = said();
  return (
    <button
      type="button"
      role="switch"
      class={css['switch']}
      aria-checked={isVerifying.value === 'on'}
      data-tone={tone}
      title={title}
      onClick={() => (isVerifying.value = isVerifying.value === 'on' ? 'off' : 'on')}
    >
      <i aria-hidden="true" />
      {text}
    </button>
  );
}
