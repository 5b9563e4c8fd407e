/** What starts so is a formula to a spreadsheet; a number is not. */
const FORMULA = /^[=+\-@\t\r]/;
const NUMBER = /^-?\d+(\.\d+)?$/;

function field(value: string): string {
  const text = FORMULA.test(value) && !NUMBER.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A table as RFC 4180 has it, names first; what looks like a formula is disarmed. */
export function csvText(
  names: readonly string[],
  rows: readonly (readonly (string | number | bigint)[])[],
): string {
  const lines = [names, ...rows].map((row) => row.map((value) => field(String(value))).join(','));
  return lines.map((line) => `${line}\r\n`).join('');
}
