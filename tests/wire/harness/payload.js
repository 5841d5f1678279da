// The bodies of polling requests. Engine.IO 4: packets separated by a record separator, binary as `b` and base64.
// Engine.IO 3: `length:packet`, with lengths in UTF-16 units and binary as `b4` and base64. Or, if any packet is binary,
// each packet as kind, the length's decimal digits as bytes, 255, packet.

const SEPARATOR = '\x1e'

/** Encodes packets (text or bytes) as `{body, type}`. `b64`: Engine.IO 3 with base64 instead of bytes. */
export function encode(packets, version, { b64 = true } = {}) {
  if (version === 4) {
    const parts = packets.map((packet) => (Buffer.isBuffer(packet) ? `b${packet.toString('base64')}` : packet))
    return { body: parts.join(SEPARATOR), type: 'text/plain;charset=UTF-8' }
  }
  if (b64 || !packets.some(Buffer.isBuffer)) {
    const parts = packets.map((packet) => (Buffer.isBuffer(packet) ? `b4${packet.toString('base64')}` : packet))
    return { body: parts.map((part) => `${part.length}:${part}`).join(''), type: 'text/plain;charset=UTF-8' }
  }
  const parts = packets.map((packet) => {
    const binary = Buffer.isBuffer(packet)
    const bytes = binary ? Buffer.concat([Buffer.from([4]), packet]) : Buffer.from(packet)
    const digits = [...String(bytes.length)].map(Number)
    return Buffer.concat([Buffer.from([binary ? 1 : 0, ...digits, 255]), bytes])
  })
  return { body: Buffer.concat(parts), type: 'application/octet-stream' }
}

/** Decodes a body into packets (text or bytes). */
export function decode(body, version, type = 'text/plain') {
  if (body.length === 0) return []
  if (version === 4) return body.toString().split(SEPARATOR).map(decodeV4)
  return type.includes('octet-stream') ? decodeBytes(body) : decodeText(body.toString())
}

const decodeV4 = (packet) => (packet.startsWith('b') ? Buffer.from(packet.slice(1), 'base64') : packet)

function decodeText(text) {
  const packets = []
  for (let rest = text; rest.length > 0; ) {
    const colon = rest.indexOf(':')
    const length = Number(rest.slice(0, colon))
    if (colon < 1 || !Number.isInteger(length)) throw new Error(`no length at ${rest.slice(0, 50)}`)
    const packet = rest.slice(colon + 1, colon + 1 + length)
    if (packet.length !== length) throw new Error(`a packet is shorter than its length: ${rest.slice(0, 50)}`)
    packets.push(packet.startsWith('b4') ? Buffer.from(packet.slice(2), 'base64') : packet)
    rest = rest.slice(colon + 1 + length)
  }
  return packets
}

function decodeBytes(bytes) {
  const packets = []
  for (let at = 0; at < bytes.length; ) {
    const binary = bytes[at] === 1
    const end = bytes.indexOf(255, at)
    const length = Number([...bytes.subarray(at + 1, end)].join(''))
    const packet = bytes.subarray(end + 1, end + 1 + length)
    if (end < 0 || packet.length !== length) throw new Error(`a packet is shorter than its length, at ${at}`)
    packets.push(binary ? Buffer.from(packet.subarray(1)) : packet.toString())
    at = end + 1 + length
  }
  return packets
}
