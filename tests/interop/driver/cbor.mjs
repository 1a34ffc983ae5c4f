// A small deterministic CBOR encoder, so that the lane's own inputs (engagements, requests, transcripts) come from
// none of the parties. Objects become maps with text keys, Maps keep their keys; raw() places bytes as they are.

class Raw { constructor(bytes) { this.bytes = bytes; } }
export const raw = (bytes) => new Raw(Buffer.from(bytes));

function head(major, argument) {
  const type = major << 5;
  if (argument < 24) return Buffer.from([type | argument]);
  if (argument < 0x100) return Buffer.from([type | 24, argument]);
  if (argument < 0x10000) return Buffer.from([type | 25, argument >> 8, argument & 0xff]);
  const bytes = Buffer.alloc(5);
  bytes[0] = type | 26;
  bytes.writeUInt32BE(argument, 1);
  return bytes;
}

export function encode(value) {
  if (value === null) return Buffer.from([0xf6]);
  if (value === false || value === true) return Buffer.from([value ? 0xf5 : 0xf4]);
  if (Number.isInteger(value)) return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (value instanceof Raw) return value.bytes;
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value]);
  if (Array.isArray(value)) return Buffer.concat([head(4, value.length), ...value.map(encode)]);
  if (typeof value !== 'object') throw new TypeError(`no CBOR for ${typeof value}`);
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  return Buffer.concat([head(5, entries.length), ...entries.flat().map(encode)]);
}

/** #6.24(bstr .cbor item): embedded CBOR. */
export const embedded = (bytes) => raw(Buffer.concat([Buffer.from([0xd8, 24]), encode(Buffer.from(bytes))]));
