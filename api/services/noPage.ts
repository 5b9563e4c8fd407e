import type { PageResponse } from '../../proto/gen/cosmos.base.query.v1beta1.ts';

/** The page of a list that has nothing in it. */
export const NO_PAGE: PageResponse = { nextKey: new Uint8Array(0), total: 0n };
