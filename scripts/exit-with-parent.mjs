// Preloaded into the server and the worker that `npm start` runs: when that process is gone (kill -9), end like on SIGTERM.
const parent = Number(process.env.GRAFT_PARENT)
if (parent > 0) {
  setInterval(() => {
    try {
      process.kill(parent, 0)
    } catch {
      process.kill(process.pid, 'SIGTERM')
      setTimeout(() => process.exit(1), 10_000).unref()
    }
  }, 1000).unref()
}
