import { Buffer } from 'buffer';

// What checks proofs (@confio/ics23 and its protobufs) looks for Node's Buffer in the globals.
(globalThis as { Buffer?: unknown }).Buffer ??= Buffer;
