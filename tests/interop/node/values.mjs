// Element values between JSON and a library. JSON has the form mdoc-cli uses: text, integers, booleans, null, arrays
// and maps as themselves, and one-member objects for what JSON lacks: {"bytes": base64url}, {"tdate": …},
// {"full-date": …}, {"integer": decimal text beyond 2^53}, {"tag": n, "value": …}.

const special = {
  bytes: (text) => new Uint8Array(Buffer.from(text, 'base64url')),
  tdate: (text) => new Date(text),
  integer: (text) => BigInt(text),
};

/** `types.DateOnly` is the library's class for full-date (CBOR tag 1004). */
export function fromJson(json, types) {
  if (Array.isArray(json)) return json.map((item) => fromJson(item, types));
  if (json === null || typeof json !== 'object') return json;
  const entries = Object.entries(json);
  if (entries.length === 1) {
    const [name, content] = entries[0];
    if (name === 'full-date') return new types.DateOnly(content);
    if (Object.hasOwn(special, name)) return special[name](content);
  }
  return new Map(entries.map(([name, content]) => [name, fromJson(content, types)]));
}

export function toJson(value, types) {
  if (value instanceof types.DateOnly) return { 'full-date': value.toISOString() };
  if (value instanceof Date) return { tdate: `${value.toISOString().split('.')[0]}Z` };
  if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString('base64url') };
  if (typeof value === 'bigint') return { integer: String(value) };
  if (Array.isArray(value)) return value.map((item) => toJson(item, types));
  if (value instanceof Map) {
    return Object.fromEntries([...value].map(([name, content]) => [String(name), toJson(content, types)]));
  }
  if (value !== null && typeof value === 'object') {
    if ('tag' in value && 'value' in value) return { tag: value.tag, value: toJson(value.value, types) };
    return Object.fromEntries(Object.entries(value).map(([name, content]) => [name, toJson(content, types)]));
  }
  return value;
}

/** {name space: {element: JSON}} to Map(name space → Map(element → value)). */
export function nameSpacesFromJson(elements, types) {
  return new Map(Object.entries(elements).map(([nameSpace, items]) => [
    nameSpace, new Map(Object.entries(items).map(([name, json]) => [name, fromJson(json, types)]))]));
}

export const fromHex = (hex) => new Uint8Array(Buffer.from(hex, 'hex'));
export const toHex = (bytes) => Buffer.from(bytes).toString('hex');
