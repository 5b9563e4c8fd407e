import { defineErrors } from '../../runtime/errors.ts';

export const oracleErrors = defineErrors('oracle', {
  /** There is no price feed of this underlying. Do: See which there are: tenor oracle prices */
  unknownFeed: 1,
  /** No such validator votes. Do: See those that do: tenor oracle votes */
  unknownValidator: 2,
});
