import type { Pool } from 'pg'

/** SQL that each connection prepares once, under a name that nothing else in this program has. */
export interface Statement {
  name: string
  text: string
}

/** Runs statements, each by itself or all in one transaction. */
export interface StatementRunner {
  /** The rows of a query, with the types of Prisma's raw queries. */
  rows<Row extends object>(statement: Statement, values?: readonly unknown[]): Promise<Row[]>
  /** A command whose answer, also one of the type `void`, nobody wants. */
  run(statement: Statement, values?: readonly unknown[]): Promise<void>
}

/** What workers ask all the time (claim, renew, metrics, heartbeat, finish) goes this way: past Prisma, which costs several times what the query does. */
export interface Statements extends StatementRunner {
  transaction<Answer>(work: (tx: StatementRunner) => Promise<Answer>): Promise<Answer>
}

/** A query that takes longer waits for a database that is gone, over a connection that nobody has closed. */
const longestQueryMilliseconds = 60_000
const longestRollbackMilliseconds = 5_000

/** Prepared statements over the pool that Prisma uses too. */
export function createStatements(pool: Pool): Statements {
  return {
    ...runnerOver(pool),
    async transaction(work) {
      const connection = await pool.connect()
      let broken: Error | undefined
      const note = (error: Error): void => void (broken = error) // it broke between two queries: the next one throws
      connection.on('error', note)
      try {
        await connection.query('BEGIN')
        const answer = await work(runnerOver(connection))
        await connection.query(limited({ text: 'COMMIT' }))
        return answer
      } catch (error) {
        await connection.query(limited({ text: 'ROLLBACK' }, longestRollbackMilliseconds)).catch(note)
        throw error
      } finally {
        connection.off('error', note)
        connection.release(broken) // one that broke leaves the pool
      }
    },
  }
}

function runnerOver(connection: Pick<Pool, 'query'>): StatementRunner {
  const query = (statement: Statement, values: readonly unknown[]) => connection.query(limited({ ...statement, values: [...values] }))
  return {
    rows: async <Row extends object>(statement: Statement, values: readonly unknown[] = []) => (await query(statement, values)).rows as Row[],
    run: async (statement, values = []) => void (await query(statement, values)),
  }
}

const limited = <Query extends object>(query: Query, milliseconds = longestQueryMilliseconds): Query => ({ ...query, query_timeout: milliseconds })
