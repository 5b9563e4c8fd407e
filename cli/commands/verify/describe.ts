import { isoTime } from '../../../light/index.ts';
import type { VerifiedState } from '../../../light/index.ts';
import { hexOf } from '../../../client/hex.ts';
import type { Ground } from '../../light/openLight.ts';
import type { Output } from '../../output/output.ts';

/** What a verification rests on, for programs. */
export function groundJson({ header, root, steps, witnesses }: Ground) {
  return {
    chainId: header.header.chainId,
    header: {
      height: header.height,
      time: isoTime(header.timeNs),
      hash: hexOf(header.hash),
      appHash: hexOf(header.header.appHash),
      validatorsHash: hexOf(header.header.validatorsHash),
    },
    signedPower: header.signedPower.toString(),
    totalPower: header.totalPower.toString(),
    signers: header.signers,
    validators: header.validators.length,
    root,
    headersVerified: steps,
    witnesses,
  };
}

/** The same of a state's records: which keys were proved, and what they hold. */
export function stateJson(state: VerifiedState, ground: Ground) {
  const records = state.proved.map(({ store, name, key, value }) => ({
    ...{ store, collection: name, key: hexOf(key) },
    value: value === null ? null : hexOf(value),
  }));
  return { stateHeight: state.height, records, ...groundJson(ground) };
}

function witnessText(out: Output, { witnesses }: Ground): string {
  if (witnesses.length === 0) return 'none asked (--witness URL asks another node)';
  const agree = witnesses.filter(({ says }) => says === 'agrees').length;
  const others = witnesses.filter(({ says }) => says !== 'agrees');
  const rest = others.map(({ name, says }) => out.color.yellow(`; ${name} ${says}`)).join('');
  const count = witnesses.length;
  return `${agree} of ${count} other node${count === 1 ? '' : 's'} agree${rest}`;
}

/** What a verification rests on, for people. */
export function groundFields(out: Output, ground: Ground): (readonly [string, string])[] {
  const { header, root, steps } = ground;
  const power = `${header.signedPower} of ${header.totalPower} power`;
  const headers = `${steps} header${steps === 1 ? '' : 's'} verified`;
  return [
    ['header', `${header.height} of ${header.header.chainId}, ${isoTime(header.timeNs)}`],
    ['signed by', `${power}, ${header.signers} of ${header.validators.length} validators`],
    ['trust', `${root}; ${headers} from there`],
    ['witnesses', witnessText(out, ground)],
  ];
}

/** Says what is so, and what that rests on. */
export function showVerified(
  out: Output,
  result: object,
  sentence: string,
  state: VerifiedState,
  ground: Ground,
  more: readonly string[] = [],
): void {
  out.show({ ...result, verified: stateJson(state, ground) }, () => {
    const times = new Map<string, number>();
    for (const { store, name, value } of state.proved) {
      const what = value === null ? `no ${store}/${name}` : `${store}/${name}`;
      times.set(what, (times.get(what) ?? 0) + 1);
    }
    const stores = [...times].map(([what, n]) => (n === 1 ? what : `${what} ×${n}`));
    const appHash = hexOf(ground.header.header.appHash).slice(0, 16);
    const fields = [
      ['state', `of height ${state.height}`] as const,
      ['proved', `${stores.join(', ')}, up to app hash ${appHash}…`] as const,
      ...groundFields(out, ground),
    ];
    return [`${out.color.green('Verified:')} ${sentence}`, out.fields(fields), more];
  });
}
