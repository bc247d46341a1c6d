import type { Database, Transaction } from './client.ts'

/**
 * Reads several rows as of one moment. Prisma asks for each relation by itself, and a worker's write may come in between: a view
 * would say finished and have no result yet.
 */
export const atOneMoment = <Answer>(db: Database, read: (tx: Transaction) => Promise<Answer>): Promise<Answer> => db.$transaction(read, { isolationLevel: 'RepeatableRead' })
