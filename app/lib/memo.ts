/**
 * Remembers the results of a pure function of a text, some of the last ones: never less than the
 * last `capacity` different texts, at most twice as many. What is remembered changes the cost of a
 * call and nothing else. Results are shared: they must not be changed.
 */
export function memo<T>(pure: (text: string) => T, capacity: number): (text: string) => T {
  let recent = new Map<string, T>();
  let older = new Map<string, T>();
  return (text) => {
    const known = recent.get(text);
    if (known !== undefined) return known;
    const result = older.get(text) ?? pure(text);
    if (recent.size >= capacity) {
      older = recent;
      recent = new Map();
    }
    recent.set(text, result);
    return result;
  };
}
