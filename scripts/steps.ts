/** Says what is being done and how long it took, a line a step; on a terminal the running step shows its seconds. */
export class Steps {
  readonly #terminal = process.stdout.isTTY === true

  async run<Result>(title: string, work: () => Promise<Result>): Promise<Result> {
    const began = performance.now()
    const seconds = () => ((performance.now() - began) / 1000).toFixed(1)
    if (this.#terminal) process.stdout.write(`  … ${title}`)
    const timer = this.#terminal ? setInterval(() => process.stdout.write(`\r  … ${title} ${seconds()} s`), 500) : undefined
    try {
      const result = await work()
      this.#finish(timer, `  ✓ ${title} (${seconds()} s)`)
      return result
    } catch (error) {
      this.#finish(timer, `  ✗ ${title} (${seconds()} s)`)
      throw error
    }
  }

  #finish(timer: NodeJS.Timeout | undefined, line: string): void {
    clearInterval(timer)
    process.stdout.write(this.#terminal ? `\r\u001b[2K${line}\n` : `${line}\n`)
  }
}
