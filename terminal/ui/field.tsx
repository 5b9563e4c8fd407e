import type { Signal } from '@preact/signals';
import { useId } from 'preact/hooks';
import css from './field.module.css';

interface NumberFieldProps {
  readonly label: string;
  readonly value: Signal<string>;
  /** Behind the number: `USD`. */
  readonly unit: string;
  /** What is wrong with it; its room is always there. */
  readonly problem?: string | null | undefined;
  /** The key that leads here. */
  readonly shortcut?: string;
  /** Up and down arrows. */
  readonly onStep?: (up: boolean) => void;
}

/** A number that is typed. */
export function NumberField(props: NumberFieldProps) {
  const { label, value, unit, problem = null, shortcut, onStep } = props;
  const id = useId();
  // What is not typed yet is asked for, and not yet wrong.
  const isWrong = problem !== null && value.value !== '';
  return (
    <div class={css['field']} data-wrong={isWrong ? '' : undefined}>
      <label for={id}>{label}</label>
      <div class={css['box']}>
        <input
          id={id}
          type="text"
          inputMode="decimal"
          autocomplete="off"
          data-shortcut={shortcut}
          aria-invalid={isWrong}
          aria-describedby={`${id}-problem`}
          value={value.value}
          onInput={({ currentTarget }) => (value.value = currentTarget.value)}
          onFocus={({ currentTarget }) => currentTarget.select()}
          onKeyDown={(event) => {
            const isUp = event.key === 'ArrowUp';
            if (onStep === undefined || (!isUp && event.key !== 'ArrowDown')) return;
            event.preventDefault();
            onStep(isUp);
          }}
        />
        <span>{unit}</span>
      </div>
      <p id={`${id}-problem`} class={css['problem']}>
        {problem ?? ''}
      </p>
    </div>
  );
}

interface CheckProps {
  readonly label: string;
  readonly value: Signal<boolean>;
  readonly title: string;
  readonly disabled?: boolean;
}

export function Check({ label, value, title, disabled = false }: CheckProps) {
  return (
    <label class={css['check']} title={title} data-off={disabled ? '' : undefined}>
      <input
        type="checkbox"
        checked={value.value}
        disabled={disabled}
        onChange={({ currentTarget }) => (value.value = currentTarget.checked)}
      />
      {label}
    </label>
  );
}
