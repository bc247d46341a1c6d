import { deleteSession, postSession } from '@graft/api/http/session'
import { route } from '../../../server/route.ts'

export const dynamic = 'force-dynamic'
export const POST = route(postSession)
export const DELETE = route(deleteSession)
