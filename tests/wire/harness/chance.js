// Seeded random numbers, and random mutations of bytes.

/** Random numbers from a seed (mulberry32), and random choices. */
export class Chance {
  constructor(seed) {
    this.state = seed >>> 0
  }

  /** A number from 0 up to 1. */
  next() {
    this.state = (this.state + 0x6d2b79f5) >>> 0
    let t = this.state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }

  /** A whole number below `limit`. */
  below(limit) {
    return Math.floor(this.next() * limit)
  }

  one(list) {
    return list[this.below(list.length)]
  }

  is(share) {
    return this.next() < share
  }
}

const PIECES = [
  '\0', '\x1e', '\xff', '"', '\\', '[', ']', '{', '}', ',', ':', '-', '4', '42', '40/admin,', '451-', '3', '1', '2probe', '5',
  'null', '1e999', '-1', '9223372036854775808', '\\ud800', '\u{1f468}\u{200d}\u{1f469}', '\u0301', '\u202e', '\r\nx: y',
  "'; drop table events; --", '../../', '%00', '__proto__', '{"_placeholder":true,"num":0}', '[[[[[[[[', '"eventId":', '"since":',
]

/** Bytes after a few mutations. */
export function mutate(chance, given, others = [given]) {
  let bytes = Buffer.from(given)
  for (let n = 1 + chance.below(4); n > 0; n -= 1) {
    const at = chance.below(bytes.length + 1)
    const end = Math.min(bytes.length, at + chance.below(16))
    const put = (...parts) => Buffer.concat([bytes.subarray(0, at), ...parts.map((part) => Buffer.from(part)), bytes.subarray(end)])
    switch (chance.below(8)) {
      case 0: bytes = bytes.subarray(0, at); break
      case 1: bytes = put(); break
      case 2: bytes = put(bytes.subarray(at, end), chance.one(PIECES)); break
      case 3: bytes = put(chance.one(PIECES)); break
      case 4: bytes = put(Buffer.from(Array.from({ length: chance.below(8) }, () => chance.below(256)))); break
      case 5: bytes = put(...Array.from({ length: chance.below(200) }, () => bytes.subarray(at, end))); break
      case 6: bytes = put(chance.one(others)); break
      default: if (at < bytes.length) bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from([bytes[at] ^ (1 << chance.below(8))]), bytes.subarray(at + 1)])
    }
  }
  return bytes.subarray(0, 200_000)
}
