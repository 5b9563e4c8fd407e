import { defineErrors } from '../../runtime/errors.ts';

export const oracleErrors = defineErrors('oracle', { unknownFeed: 1 });
