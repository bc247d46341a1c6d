import type { ServerContext } from '../server-context.ts'
import { errorResponse } from '../transport-errors.ts'

/** GET /api/health: 200 when the database answers, else 503. Open to all; tells nothing else. */
export async function getHealth(server: ServerContext): Promise<Response> {
  try {
    await server.db.$queryRaw`SELECT 1`
    return Response.json({ status: 'ok' }, { headers: { 'cache-control': 'no-store' } })
  } catch (error) {
    return errorResponse(error)
  }
}
