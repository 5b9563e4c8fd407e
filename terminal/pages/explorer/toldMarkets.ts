import { FeedStatus } from '../../../proto/gen/tenor.oracle.v1.ts';
import { enumText } from './fieldText.ts';
import { expiry, lasts, money, text } from './toldParts.ts';
import type { Sentences } from './toldParts.ts';

/** Prices, series, expiries, and the chain itself. */
export const toldMarkets: Sentences = {
  price: (of) => `the index of ${text(of, 'underlying')} is ${money(of, 'index_uusd')}`,
  feed_status: (of) =>
    `the feed ${text(of, 'feed')} is ${enumText(FeedStatus, Number(of['status'] ?? -1))}`,
  oracle_finding: (of) =>
    `validator ${text(of, 'validator').slice(0, 8)}… is found ` +
    `${text(of, 'findings').replaceAll('_', ' ').replaceAll(',', ', ')} by its reports` +
    (of['penalty_power'] === undefined ? '' : `, and has a power of ${of['penalty_power']}`),
  series_listed: (of) => `${text(of, 'series')} is listed`,
  series_removed: (of) => `${text(of, 'series')} is off the list`,
  expiry_awaiting_price: (of) =>
    `${expiry(of)} waits for a settlement price: samples of ${lasts(of, 'covered_ms')}, and ` +
    `${lasts(of, 'required_ms')} are needed`,
  expiry_priced: (of) => `${expiry(of)} settles at ${money(of, 'settlement_uusd')}`,
  expiry_settled: (of) => `${expiry(of)} is paid out: ${money(of, 'paid_out_uusd')}`,
  update_params: (of) => `module ${text(of, 'params_module')} has other parameters`,
  schedule_upgrade: (of) =>
    `an upgrade to ${text(of, 'name')} is planned for block ${text(of, 'height')}`,
  cancel_upgrade: (of) => `the upgrade to ${text(of, 'name')} is cancelled`,
  upgrade: (of) =>
    `the upgrade to ${text(of, 'name')} was carried out: version ${text(of, 'app_version')}`,
};
