import { signal } from '@preact/signals';

/** Whether the window in which one connects is there: any page may ask for it. */
export const isWalletOpen = signal(false);
