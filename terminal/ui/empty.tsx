import type { ComponentChildren } from 'preact';
import css from './empty.module.css';

/** Says why there is nothing, and what to do about it. */
export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class={css['empty']}>
      <strong>{title}</strong>
      <p>{children}</p>
    </div>
  );
}
