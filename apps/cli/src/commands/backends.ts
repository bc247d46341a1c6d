import type { Command } from 'commander'
import type { InstallOptions } from '../backends/backends.ts'

/** `graft backends`: what computes beside onnxruntime, which is always there. */
export function addBackendsCommand(program: Command): void {
  const backends = program.command('backends').description('what networks can run on beside onnxruntime: list it, install it')
  backends
    .command('list')
    .description('say which backends are usable, and why the others are not')
    .option('--json', 'print as JSON')
    .action(async (options: { json?: boolean }) => (await import('../backends/backends.ts')).listBackends(options))
  backends
    .command('install')
    .description("install a backend: tensorflow (below the cache folder), or onnxruntime's CUDA provider")
    .argument('<name>', 'tensorflow or cuda')
    .option('--variant <variant>', 'of tensorflow: cpu, or cuda for NVIDIA GPUs', 'cpu')
    .option('--official', "the npm package's own download (TensorFlow 2.9 for CUDA 11; onnxruntime's provider for CUDA 12, from NuGet) instead of PyPI's current one")
    .option('--force', 'replace what is installed')
    .action(async (name: string, options: InstallOptions) => (await import('../backends/backends.ts')).installBackend(name, options))
}
