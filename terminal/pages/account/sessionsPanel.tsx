import { moment, timeLeft } from '../../format/times.ts';
import { usePolled } from '../../store/polled.ts';
import { timeZone } from '../../store/settings.ts';
import { block } from '../../store/streams.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Panel } from '../../ui/panel.tsx';
import { act } from '../../wallet/act.ts';
import css from './accountPage.module.css';

interface Sessions {
  readonly sessions: readonly Session[];
}

interface Session {
  readonly key: string;
  readonly subaccounts: readonly number[];
  readonly messages: readonly number[];
  readonly underlyings: readonly string[];
  readonly expiresSeconds: string;
}

const POLL_MS = 5_000;
const CLASSES = ['', 'orders', 'quotes'];

function SessionRow({ session }: { session: Session }) {
  const endsMs = 1_000 * Number(session.expiresSeconds);
  const isOver = endsMs <= block.value.timeMs;
  const revoke = async () => {
    const { revokeSession } = await import('../../wallet/session.ts');
    await act(
      'The end of the session',
      async () => {
        await revokeSession(session.key);
        return ['Session ended', session.key];
      },
      'owner',
    );
  };
  return (
    <li>
      <code>{session.key}</code>
      <small>
        {session.messages.map((one) => CLASSES[one]).join(', ')} on{' '}
        {session.underlyings.length === 0 ? 'everything' : session.underlyings.join(', ')} with
        subaccount {session.subaccounts.join(', ')},{' '}
        {isOver ? 'over' : `until ${moment(endsMs, timeZone.value)}`}
        {isOver ? '' : ` (${timeLeft(endsMs - block.value.timeMs)})`}
      </small>
      <Button tone="quiet" onClick={() => void revoke()}>
        End it
      </Button>
    </li>
  );
}

/** Keys that may trade for the account, and until when. */
export function SessionsPanel({ owner }: { owner: string }) {
  const { answer } = usePolled<Sessions>(`/tenor/v1/sessions/${owner}`, POLL_MS).value;
  return (
    <Panel title="Session keys">
      {answer === null || answer.sessions.length === 0 ? (
        <Empty title="No session keys">
          The button with your name begins a session: orders then need no prompt.
        </Empty>
      ) : (
        <ul class={css['sessions']}>
          {answer.sessions.map((session) => (
            <SessionRow key={session.key} session={session} />
          ))}
        </ul>
      )}
    </Panel>
  );
}
