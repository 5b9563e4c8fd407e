/** `27DEC26` as people read it: `27 Dec 26`; one at another time than 08:00 UTC has its time. */
export function expiryText(name: string): string {
  const [, day = '', month = '', year = '', time] =
    /^(\d{1,2})([A-Z]{3})(\d{2})(?:T(\d{4}))?$/.exec(name) ?? [];
  const date = `${day} ${month.slice(0, 1)}${month.slice(1).toLowerCase()} ${year}`;
  if (day === '') return name;
  return time === undefined ? date : `${date} ${time.slice(0, 2)}:${time.slice(2)}`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const HOUR = 8;
const two = (value: number): string => String(value).padStart(2, '0');

/** The same of Unix seconds. */
export function expiryTextAt(seconds: number | string): string {
  const date = new Date(1_000 * Number(seconds));
  const [hour, minute] = [date.getUTCHours(), date.getUTCMinutes()];
  const year = two(date.getUTCFullYear() % 100);
  const day = `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]!} ${year}`;
  return hour === HOUR && minute === 0 ? day : `${day} ${two(hour)}:${two(minute)}`;
}
