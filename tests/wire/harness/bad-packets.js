// Malformed packets, sent by a client in `/`.

/** `[name, packets]`: malformed packets that end the session at once, as on the reference server. */
export const bad = [
  ['an Engine.IO packet of an unknown type', ['x']],
  ['an Engine.IO packet of type 9', ['9']],
  ['an open packet from a client', ['0{}']],
  ['an empty Socket.IO packet', ['4']],
  ['a Socket.IO packet of an unknown type', ['4abc']],
  ['a Socket.IO packet of type 7', ['47']],
  ['a Socket.IO packet of type 9', ['49["x"]']],
  ['a CONNECT_ERROR from a client', ['44{"message":"x"}']],
  ['an event whose payload is an object', ['42{}']],
  ['an event whose payload is a text', ['42"x"']],
  ['an event without a payload', ['42']],
  ['an event of no arguments', ['42[]']],
  ['an event whose name is an object', ['42[{}]']],
  ['an event whose name is null', ['42[null]']],
  ['truncated JSON', ['42["x"']],
  ['truncated JSON behind the name', ['42["x",{"a":1']],
  ['a bad acknowledgement id', ['42abc["x"]']],
  ['a negative acknowledgement id', ['42-1["x"]']],
  ['a reserved message name: connect', ['42["connect"]']],
  ['a reserved message name: connect_error', ['42["connect_error"]']],
  ['a reserved message name: disconnect', ['42["disconnect"]']],
  ['a reserved message name: disconnecting', ['42["disconnecting"]']],
  ['a reserved message name: newListener', ['42["newListener"]']],
  ['a reserved message name: removeListener', ['42["removeListener"]']],
  ['an acknowledgement without an id', ['43[]']],
  ['a CONNECT whose auth is a text', ['40/admin,"x"']],
  ['a CONNECT whose auth is a list', ['40/admin,[]']],
  ['a CONNECT whose auth is not JSON', ['40/admin,{"a":']],
  ['binary without its header', [Buffer.from([1, 2, 3])]],
  ['a binary event without a count', ['45["x",{"_placeholder":true,"num":0}]']],
  ['a binary event of no attachments count', ['45-["x",{"_placeholder":true,"num":0}]']],
  ['text between binary parts', ['452-["x",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]', Buffer.from([1]), '42["x"]']],
  ['a binary header between binary parts', ['451-["x",{"_placeholder":true,"num":0}]', '451-["x",{"_placeholder":true,"num":0}]']],
]

/** The same for WebSocket only. Over polling these are not packets, or the POST is refused. */
export const badOverWebSocket = [
  ['an empty Engine.IO packet', ['']],
  ['an upgrade packet without an upgrade', ['5']],
]

/**
 * `[name, packets, answer]`: packets for which the reference server closes the session and this server does not. They are
 * answered or ignored: this server asks clients for no answers and accepts no attachments.
 */
export const harmless = [
  ['JSON with something behind it', ['42["x"]x'], 'bad_request'],
  ['a placeholder out of its count', ['451-["x",{"_placeholder":true,"num":7}]', Buffer.from([1])], 'bad_request'],
  ['an acknowledgement that is no list', ['430{}']],
  ['an acknowledgement of nothing', ['431234567[]']],
  ['a DISCONNECT from a namespace that is not there', ['41/nope,']],
  ['a message to a namespace that is not there', ['42/nope,["x"]']],
  ['a second CONNECT', ['40']],
]
