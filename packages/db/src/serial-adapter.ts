import { PrismaPg } from '@prisma/adapter-pg'

type Connection = Awaited<ReturnType<PrismaPg['connect']>>
type Transaction = Awaited<ReturnType<Connection['startTransaction']>>

/**
 * Prisma's adapter, with the queries of a transaction one after the other. Prisma asks for several relations at once, also on
 * the one connection of a transaction; `pg` has always queued them there, but warns since 8.23 and will refuse in 9.
 */
export class SerialPrismaPg extends PrismaPg {
  override async connect(): Promise<Connection> {
    const connection = await super.connect()
    const start = connection.startTransaction.bind(connection)
    connection.startTransaction = async (...options) => inTurn(await start(...options))
    return connection
  }
}

function inTurn(transaction: Transaction): Transaction {
  let last: Promise<unknown> = Promise.resolve()
  const queue = <Arguments extends unknown[], Answer>(call: (...parameters: Arguments) => Promise<Answer>) => {
    return (...parameters: Arguments): Promise<Answer> => {
      const next = last.then(() => call(...parameters))
      last = next.catch(() => {}) // whoever asked hears of it; the next one gets its turn all the same
      return next
    }
  }
  transaction.queryRaw = queue(transaction.queryRaw.bind(transaction))
  transaction.executeRaw = queue(transaction.executeRaw.bind(transaction))
  return transaction
}
