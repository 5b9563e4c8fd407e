/** A failure whose message tells the person at the terminal what to do; no stack trace is shown. */
export class TestnetError extends Error {}
