import { toasts, withdrawToast } from '../store/toasts.ts';
import css from './toasts.module.css';

/** What became of what one did, in the corner; read out by screen readers. */
export function Toasts() {
  return (
    <div class={css['toasts']} role="log" aria-live="polite" aria-label="Messages">
      {toasts.value.map(({ id, tone, title, text }) => (
        <div key={id} class={css['toast']} data-tone={tone}>
          <div>
            <strong>{title}</strong>
            {text === '' ? null : <p>{text}</p>}
          </div>
          <button type="button" aria-label="Close" onClick={() => withdrawToast(id)}>
            ×
          </button>
        </div>
      ))}
    </div>
  );
}
