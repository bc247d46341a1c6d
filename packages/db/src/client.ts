import { PrismaClient, type Prisma } from './generated/client.ts'
import { SerialPrismaPg } from './serial-adapter.ts'

export type Database = PrismaClient
/** The client inside a transaction. */
export type Transaction = Prisma.TransactionClient
/** Either: for reads, and for writes that need no transaction of their own. */
export type DatabaseOrTransaction = Database | Transaction

export interface ClientOptions {
  /** Connections at most. */
  connections?: number
}

/**
 * A client with its own pool. A lost connection leaves the pool and the next query opens a new one, so a restarted server
 * needs nothing here. Connects on the first query.
 */
export function createDatabaseClient(url: string, { connections = 10 }: ClientOptions = {}): Database {
  const pool = { connectionString: url, max: connections, idleTimeoutMillis: 30_000, connectionTimeoutMillis: 10_000, keepAlive: true }
  const adapter = new SerialPrismaPg(pool, { onPoolError: () => {} }) // an idle connection broke: the pool has dropped it already
  return new PrismaClient({ adapter, transactionOptions: { maxWait: 10_000, timeout: 60_000 } })
}

/** A value as a `Json` column takes it. */
export const toJson = (value: object): Prisma.InputJsonObject => value as Prisma.InputJsonObject
