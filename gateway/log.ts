/** What is told to whoever runs the gateway: an object a line. */
export type Log = (entry: Readonly<Record<string, unknown>> & { readonly kind: string }) => void;
