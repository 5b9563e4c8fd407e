/** How the application's process ends; supervisors act on these (docs/guides/operate.md). */
export const EXIT = {
  /** Asked to stop, or a command that is done. */
  ok: 0,
  /** A failure that a restart may mend. */
  failed: 1,
  /** Wrong arguments or settings. */
  usage: 64,
  /** A state that no restart mends: the supervisor leaves it stopped. */
  broken: 70,
  /**
   * The disk refuses (full, failing, not writable): once that is mended a restart goes on from
   * there, so the supervisor tries again after a while.
   */
  disk: 74,
  /** The next block is another program's: an upgrade is due, or this program is for a later one. */
  wrongProgram: 80,
} as const;
