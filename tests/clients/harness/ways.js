// How messages reach viewers: with direct writes, or all through the engine's queues. Clients see the same.

export const ways = [
  { name: 'with direct writes', settings: {} },
  { name: "through the engine's queues", settings: { DIRECT_WRITES: 'false' } },
]
