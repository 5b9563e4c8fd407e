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
  const patched = new Map(Object.entries(isObject(document) ? document : {}));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) patched.delete(key);
    else patched.set(key, applyPatch(patched.get(key), value));
  }
  return Object.fromEntries(patched);
}
