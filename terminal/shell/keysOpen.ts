import { signal } from '@preact/signals';

export const isSearchOpen = signal(false);
export const isHelpOpen = signal(false);
