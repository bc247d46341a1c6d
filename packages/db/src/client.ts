import { Pool, types } from 'pg'
import { PrismaClient, type Prisma } from './generated/client.ts'
import { SerialPrismaPg } from './serial-adapter.ts'
import { createStatements, type Statements } from './statements.ts'

/** Prisma's client, and prepared statements over the same connections. */
export type Database = PrismaClient & { readonly statements: Statements }
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
  const pool = new Pool({ connectionString: url, max: connections, idleTimeoutMillis: 30_000, connectionTimeoutMillis: 10_000, keepAlive: true, types: { getTypeParser } })
  pool.on('error', () => {}) // an idle connection broke: the pool has dropped it already
  const adapter = new SerialPrismaPg(pool, { disposeExternalPool: true })
  const prisma = new PrismaClient({ adapter, transactionOptions: { maxWait: 10_000, timeout: 60_000 } })
  return Object.assign(prisma, { statements: createStatements(pool) })
}

/** As Prisma reads them: whole numbers of 64 bits as BigInt, which `pg` reads as text. */
const getTypeParser: typeof types.getTypeParser = (type: number, format?: 'text' | 'binary') => (type === types.builtins.INT8 ? BigInt : types.getTypeParser(type, format as 'text'))

/** A value as a `Json` column takes it. */
export const toJson = (value: object): Prisma.InputJsonObject => value as Prisma.InputJsonObject
