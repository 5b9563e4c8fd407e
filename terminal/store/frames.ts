const HIDDEN_MS = 1_000;
const pending = new Map<object, () => void>();
let isAsked = false;

function flush(): void {
  isAsked = false;
  const now = [...pending.values()];
  pending.clear();
  for (const show of now) show();
}

/**
 * Does it with the next frame, once for each `what`: the last one counts. A page that is not seen
 * has no frames, and is kept up to date once a second.
 */
export function forFrame(what: object, show: () => void): void {
  pending.set(what, show);
  if (isAsked) return;
  isAsked = true;
  if (document.visibilityState === 'visible') requestAnimationFrame(flush);
  else setTimeout(flush, HIDDEN_MS);
}

// A frame that was asked for is not given to a page that went out of sight.
document.addEventListener('visibilitychange', () => {
  if (isAsked) setTimeout(flush, 0);
});
