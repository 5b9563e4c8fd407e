/** Whether each word that was typed begins a word of the text, in any order and case. */
export function matching(text: string, typed: string): boolean {
  const words = text.toLowerCase().split(/\s+/);
  const asked = typed.toLowerCase().replaceAll(',', '').split(/\s+/).filter(Boolean);
  return asked.every((one) => words.some((word) => word.startsWith(one)));
}
