// Which way messages go to viewers: as it is, or all through the engine's queues. What clients see is the same.

export const ways = [
  { name: 'beside the engine', settings: {} },
  { name: "through the engine's queues", settings: { DIRECT_WRITES: 'false' } },
]
