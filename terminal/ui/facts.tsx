import type { ComponentChildren } from 'preact';
import css from './facts.module.css';

/** Numbers with their names above them, side by side. */
export function Facts({ children }: { children: ComponentChildren }) {
  return <dl class={css['facts']}>{children}</dl>;
}

interface FactProps {
  readonly name: string;
  readonly children: ComponentChildren;
  readonly tone?: 'up' | 'down' | 'plain';
  /** What it means. */
  readonly title?: string;
}

export function Fact({ name, children, tone = 'plain', title }: FactProps) {
  return (
    <div title={title}>
      <dt>{name}</dt>
      <dd data-tone={tone}>{children}</dd>
    </div>
  );
}
