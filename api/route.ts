import type { Params } from './params.ts';
import type { Reader } from './port.ts';

/** Answers one path. `params` holds path and query parameters as text. */
export type Route = (reader: Reader, params: Params) => unknown;

/** The same of a question that comes as JSON. It changes nothing, as no route does. */
export type PostRoute = (reader: Reader, params: Params, body: unknown) => unknown;
