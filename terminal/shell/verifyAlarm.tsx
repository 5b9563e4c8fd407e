import { Button } from '../ui/button.tsx';
import { isAlarm, isVerifying, trustAnew, verified } from '../verify/verify.ts';
import css from './verifyAlarm.module.css';

/** Says over all pages that what the node tells is not what the chain has. */
export function VerifyAlarm() {
  const answer = verified.value;
  if (isVerifying.value === 'off' || answer === null || answer.ok || !isAlarm(answer)) return null;
  const { fault, reason } = answer;
  const isLie = fault === 'differs';
  return (
    <div class={css['alarm']} role="alert">
      <p>
        <b>Not verified.</b> {reason}.{' '}
        {isLie
          ? 'Do not trust what this page shows: open it from another node.'
          : 'What this node shows does not follow from the block that this browser trusts.'}
      </p>
      {isLie ? null : (
        <Button onClick={trustAnew}>Trust the chain as all nodes say it is now</Button>
      )}
    </div>
  );
}
