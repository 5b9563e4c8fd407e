import type { ComponentChildren } from 'preact';
import css from './badge.module.css';

/** A word in a colour that says how things stand: that of a feed, or good, warn and bad. */
export function Badge({ status, children }: { status: string; children: ComponentChildren }) {
  return (
    <span class={css['badge']} data-status={status}>
      {children}
    </span>
  );
}
