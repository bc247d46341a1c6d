/** NODE_OPTIONS that have Node's processes run a piece of JavaScript (a module) before anything else: for faults that a test puts into a worker. */
export const preloading = (code: string): string => `--import data:text/javascript,${encodeURIComponent(code)}`
