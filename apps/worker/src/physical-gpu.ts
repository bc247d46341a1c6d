/**
 * Which GPU of the machine a device names (`cuda` the first, `cuda:1` the second that this process sees), as `nvidia-smi` counts them or by
 * its UUID: CUDA_VISIBLE_DEVICES (`visible`), as Slurm sets it, lists those that the process sees. Null: it sees no such one.
 */
export function physicalGpu(device: string, visible: string | undefined): string | null {
  const place = Number(/:(\d+)$/.exec(device)?.[1] ?? 0)
  if (visible === undefined) return String(place)
  // CUDA ends the list at the first entry that names none.
  const listed = visible.split(',').map((entry) => entry.trim())
  const end = listed.findIndex((entry) => !/^(\d+|GPU-.+|MIG-.+)$/.test(entry))
  return listed.slice(0, end === -1 ? undefined : end)[place] ?? null
}
