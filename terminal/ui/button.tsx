import type { ComponentChildren } from 'preact';
import css from './button.module.css';

interface ButtonProps {
  readonly children: ComponentChildren;
  readonly onClick?: () => void;
  readonly tone?: 'plain' | 'accent' | 'buy' | 'sell' | 'quiet';
  readonly type?: 'button' | 'submit';
  readonly disabled?: boolean;
  readonly title?: string;
}

export function Button({ tone = 'plain', type = 'button', ...rest }: ButtonProps) {
  return <button {...rest} type={type} class={css['button']} data-tone={tone} />;
}

interface IconButtonProps {
  /** What it does, for those who do not see it. */
  readonly label: string;
  readonly onClick: () => void;
  readonly children: ComponentChildren;
  readonly pressed?: boolean;
}

export function IconButton({ label, onClick, children, pressed }: IconButtonProps) {
  return (
    <button
      type="button"
      class={css['icon']}
      aria-label={label}
      aria-pressed={pressed}
      title={label}
      onClick={onClick}
    >
      {children}
    </button>
  );
}
