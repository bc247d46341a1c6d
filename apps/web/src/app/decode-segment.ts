/** A part of the path as the person wrote it: Next hands it over still encoded. What is no valid encoding stays as it is. */
export function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
