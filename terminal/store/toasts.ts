import { signal } from '@preact/signals';

export interface Toast {
  readonly id: number;
  readonly tone: 'good' | 'bad' | 'plain';
  readonly title: string;
  readonly text: string;
}

const SHOWN_MS = 6_000;
/** Bad news waits longer to be read. */
const BAD_SHOWN_MS = 15_000;
const KEPT = 4;

let lastId = 0;
export const toasts = signal<readonly Toast[]>([]);

export function withdrawToast(id: number): void {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
}

/** Says something that no page waits for. */
export function toast(tone: Toast['tone'], title: string, text = ''): void {
  const id = (lastId += 1);
  toasts.value = [...toasts.value, { id, tone, title, text }].slice(-KEPT);
  setTimeout(() => withdrawToast(id), tone === 'bad' ? BAD_SHOWN_MS : SHOWN_MS);
}
