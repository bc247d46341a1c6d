import type { DatabaseOrTransaction } from './client.ts'
import type { StatementRunner } from './statements.ts'

/** Statements within a transaction of Prisma's, or by its client. */
export const inPrisma = (db: DatabaseOrTransaction): StatementRunner => ({
  rows: ({ text }, values = []) => db.$queryRawUnsafe(text, ...values),
  run: async ({ text }, values = []) => void (await db.$executeRawUnsafe(text, ...values)),
})
