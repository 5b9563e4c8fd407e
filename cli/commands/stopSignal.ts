/** Fires with Ctrl-C or a supervisor's SIGTERM, once; another one ends the program as usual. */
export function stopSignal(): { readonly signal: AbortSignal; readonly release: () => void } {
  const stop = new AbortController();
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const onSignal = (): void => {
    release();
    stop.abort();
  };
  const release = (): void => {
    for (const name of names) process.off(name, onSignal);
  };
  for (const name of names) process.on(name, onSignal);
  return { signal: stop.signal, release };
}
