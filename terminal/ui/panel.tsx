import type { ComponentChildren } from 'preact';
import css from './panel.module.css';

interface PanelProps {
  readonly title: string;
  /** Beside the title, at the right. */
  readonly tools?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** A part of a page with a heading. */
export function Panel({ title, tools, children }: PanelProps) {
  return (
    <section class={css['panel']} aria-label={title}>
      <div class={css['head']}>
        <h2>{title}</h2>
        {tools}
      </div>
      <div class={css['body']}>{children}</div>
    </section>
  );
}
