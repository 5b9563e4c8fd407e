/** JSON as streams have it. */
export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

const isObject = (value: Json | undefined): value is JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** A document with a JSON merge patch (RFC 7386) applied; what did not change is shared. */
export function applyPatch(document: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const before = isObject(document) ? document : {};
  const patched = { ...before };
  // A market that moves brings hundreds of objects a block: they are copied, and written into.
  for (const key of Object.keys(patch)) {
    const value = patch[key] as Json;
    if (value === null) Reflect.deleteProperty(patched, key);
    else set(patched, key, applyPatch(own(before, key), value));
  }
  return patched;
}

/** A name like `__proto__` is a name like any other. */
const INHERITED = new Set(Object.getOwnPropertyNames(Object.prototype));

const own = (object: JsonObject, key: string): Json | undefined =>
  INHERITED.has(key) && !Object.hasOwn(object, key) ? undefined : object[key];

function set(object: JsonObject, key: string, value: Json): void {
  if (!INHERITED.has(key)) object[key] = value;
  else {
    const property = { value, enumerable: true, configurable: true, writable: true };
    Object.defineProperty(object, key, property);
  }
}
