/** `27DEC26` as people read it: `27 Dec 26`; one with an hour of its own has it. */
export function expiryText(name: string): string {
  const [, day = '', month = '', year = '', time] =
    /^(\d{1,2})([A-Z]{3})(\d{2})(?:T(\d{4}))?$/.exec(name) ?? [];
  if (day === '') return name;
  const date = `${day} ${month.slice(0, 1)}${month.slice(1).toLowerCase()} ${year}`;
  return time === undefined ? date : `${date} ${time.slice(0, 2)}:${time.slice(2)}`;
}
