/** An instant as `If-Modified-Since` and criteria take it: ISO 8601 to the second, with its offset. */
export function isoOf(ms: number): string {
  return new Date(Math.floor(ms / 1_000) * 1_000).toISOString().replace('.000Z', '+00:00');
}

/** The later of two instants; null is before all others. */
export function laterOf(one: string | null, other: string | null): string | null {
  if (one === null || other === null) return one ?? other;
  return Date.parse(one) >= Date.parse(other) ? one : other;
}
