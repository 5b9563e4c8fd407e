export {
  changeAtRisk,
  fundOf,
  pausesWithdrawals,
  payFromFund,
  payIntoFund,
  payableOf,
} from './fund.ts';
