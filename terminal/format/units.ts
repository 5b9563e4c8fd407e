/** What people type, as base units of so many decimals; null when it is no such number. */
export function unitsOf(text: string, decimals: number): bigint | null {
  const match = /^(\d{1,12})?(?:\.(\d*))?$/.exec(text.trim().replaceAll(',', ''));
  const [whole = '', fraction = ''] = match?.slice(1) ?? [];
  if (match === null || whole + fraction === '' || fraction.length > decimals) return null;
  return BigInt(whole + fraction.padEnd(decimals, '0'));
}

/** The other way round, as one would type it: `1250.5`. */
export function typedOf(units: bigint, decimals: number): string {
  const digits = units.toString().padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, '');
  return fraction === '' ? whole : `${whole}.${fraction}`;
}

export const USD_DECIMALS = 6;
export const CONTRACT_DECIMALS = 4;
