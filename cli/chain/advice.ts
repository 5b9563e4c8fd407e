/** What to do about a refusal, by codespace and code; the chain itself says what is wrong. */
const advice: Readonly<Record<string, string>> = {
  'sdk/5': 'See what there is: tenor bank balance',
  'sdk/22': 'Somebody has to send this address some coins first: tenor bank send',
  'sdk/9': 'Somebody has to send this address some coins first: tenor bank send',
  'sdk/13': 'The fee follows the gas by itself; try again.',
  'sdk/32': 'Another transaction of this account was under way; try again.',
  'sdk/42': 'Try again.',
  'runtime/1': 'Please report it with the transaction’s hash.',
  'runtime/2': 'Wait a few seconds, then send again.',
  'accounts/1': 'Open it with a deposit: tenor account deposit 1000usd',
  'accounts/4': 'See what there is: tenor account show',
  'accounts/7': 'Cancel some first: tenor order cancel --all',
  'options/1': 'See what is traded: tenor market list',
  'options/2': 'See what is traded: tenor market list',
  'options/3': 'See which expiries there are: tenor market expiries',
  'margin/1': 'Deposit more (tenor account deposit), or try smaller: tenor margin what-if',
  'margin/2': 'Try again later; see tenor liquidation list and tenor oracle prices.',
  'margin/3': 'See when prices are live: tenor oracle prices',
  'margin/4': 'Open it with a deposit: tenor account deposit 1000usd',
  'margin/7': 'Deposit until it is healthy: tenor account deposit',
  'clob/2': 'See what is traded: tenor market list',
  'clob/5': 'See the mark and its band: tenor market show SERIES',
  'clob/6': 'See when prices are live: tenor oracle prices',
  'clob/7': 'See what there is to reduce: tenor position list',
  'clob/8': 'See the best prices: tenor market book SERIES',
  'clob/9': 'See how much there is: tenor market book SERIES',
  'clob/10': 'See your open orders: tenor order list',
  'clob/11': 'See your open orders: tenor order list',
};

export const adviceFor = (codespace: string, code: number): string | null =>
  advice[`${codespace}/${code}`] ?? null;
