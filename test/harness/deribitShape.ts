/** A result as `test/vectors/gateway/deribit.json` has it: fields by name, `?` for optional. */
export type Shape = string | readonly Shape[] | { readonly [name: string]: Shape };

const KINDS: Readonly<Record<string, (value: unknown) => boolean>> = {
  // Flags of trades are texts in that document, and booleans on the wire.
  string: (value) => typeof value === 'string' || typeof value === 'boolean',
  // Some numbers of that document are texts in its own examples.
  number: (value) => typeof value === 'number' || typeof value === 'string',
  integer: (value) => Number.isInteger(value),
  boolean: (value) => typeof value === 'boolean',
};

/**
 * Where a value is not of the shape: fields that are missing, and those of another kind. Null is
 * what does not exist; an array is judged by its first entry.
 */
export function misfits(shape: Shape, value: unknown, at: string): string[] {
  if (value === null || shape === 'any') return [];
  if (typeof shape === 'string') {
    const isKind = KINDS[shape];
    return isKind === undefined || isKind(value) ? [] : [`${at}: no ${shape}`];
  }
  if (Array.isArray(shape)) {
    if (!Array.isArray(value)) return [`${at}: no list`];
    return value.length === 0 ? [] : misfits(shape[0] as Shape, value[0], `${at}[]`);
  }
  if (typeof value !== 'object' || Array.isArray(value)) {
    return Object.keys(shape).length === 0 ? [] : [`${at}: no object`];
  }
  return Object.entries(shape).flatMap(([key, of]) => {
    const name = key.replace(/\?$/, '');
    if (!Object.hasOwn(value, name)) return name === key ? [`${at}.${name}: missing`] : [];
    return misfits(of, (value as Record<string, unknown>)[name], `${at}.${name}`);
  });
}
