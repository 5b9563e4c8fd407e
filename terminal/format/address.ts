/** `tenor1u7r…85tsx` */
export const shortAddress = (address: string): string =>
  address.length <= 16 ? address : `${address.slice(0, 9)}…${address.slice(-5)}`;
