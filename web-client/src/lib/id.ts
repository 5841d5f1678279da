/** 128 random bits. `crypto.randomUUID` is there in a secure context alone, and a club's laptop has none. */
export function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
