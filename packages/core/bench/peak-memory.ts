/** Peak resident memory of this process and of its peers so far; `peers` in bytes, NaN where the system does not tell. */
export function peakMemoryLine(peers: Readonly<Record<string, number | undefined>> = {}): string {
  const megabytes = (bytes: number): string => (Number.isFinite(bytes) ? `${(bytes / 1e6).toFixed(0)} MB` : 'unknown')
  const others = Object.entries(peers).flatMap(([name, bytes]) => (bytes === undefined ? [] : [`, ${name} ${megabytes(bytes)}`]))
  return `peak memory: Graft ${megabytes(process.resourceUsage().maxRSS * 1024)}${others.join('')}`
}
