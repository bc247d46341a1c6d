/** The only place of the dashboard that reads the environment. */
export const buildEnvironment = {
  /** Whether `next build` also gathers what a container needs. */
  standalone: Boolean(process.env.STANDALONE),
}

export const pageEnvironment = {
  development: process.env.NODE_ENV === 'development',
}
