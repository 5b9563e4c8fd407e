import { addressOf } from '../../store/route.ts';
import { Badge } from '../../ui/badge.tsx';
import { decodeTx } from './decodeTx.ts';
import type { ReadMessage } from './decodeTx.ts';
import { eventsOf } from './engine.ts';
import type { Included } from './engine.ts';
import { sentencesOf } from './told.ts';
import css from './explorerPage.module.css';
import { VotesView } from './votesView.tsx';

function Message({ message }: { message: ReadMessage }) {
  return (
    <details class={css['message']}>
      <summary>
        {message.asked === '' ? message.name : message.asked} <code>{message.name}</code>
      </summary>
      <dl>
        {message.fields.map(([path, value]) => (
          <div key={path}>
            <dt>{path}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

/** What a transaction asked for, and what it did. */
export function TxView({ tx }: { tx: Included }) {
  const read = decodeTx(tx.bytes);
  const { code, codespace, log } = tx.result;
  const told = sentencesOf(eventsOf(tx.result.events));
  return (
    <article class={css['tx']}>
      <header>
        <a class={css['hash']} href={addressOf('explorer', tx.hash)}>
          {tx.hash}
        </a>
        {read === null ? (
          <Badge status="none">votes of the validators</Badge>
        ) : (
          <Badge status={code === 0 ? 'good' : 'bad'}>
            {code === 0 ? 'done' : `refused ${codespace}/${code}`}
          </Badge>
        )}
      </header>
      {code === 0 ? null : <p class={css['refusal']}>{log}</p>}
      {told.length === 0 ? null : (
        <ul class={css['told']}>
          {told.map((sentence, i) => (
            <li key={i}>{sentence}</li>
          ))}
        </ul>
      )}
      {read === null ? (
        <VotesView height={tx.height} />
      ) : (
        <>
          {read.messages.map((message, i) => (
            <Message key={i} message={message} />
          ))}
          <p class={css['note']}>
            In block <a href={addressOf('explorer', tx.height)}>{tx.height}</a>, gas{' '}
            {tx.result.gas_used}, fee {read.fee === '' ? 'none' : read.fee}
            {read.isUnordered ? ', unordered' : ''}
            {read.memo === '' ? '' : `, memo “${read.memo}”`}
          </p>
        </>
      )}
    </article>
  );
}
