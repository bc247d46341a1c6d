import { importDataset, makeManifest, registerWorker, syncModels } from './fixtures.ts'
import { createTestServer, type TestServer } from './test-server.ts'

export const birds = makeManifest(10)
export const leaves = makeManifest(8, 'leaves')

/** A server that knows the models and a worker, and holds the datasets `birds` and `leaves`. */
export async function createServerWithDatasets(): Promise<{ server: TestServer; workerId: string }> {
  const server = await createTestServer()
  await syncModels(server)
  const workerId = await registerWorker(server)
  await importDataset(server, workerId, 'birds', birds)
  await importDataset(server, workerId, 'leaves', leaves)
  return { server, workerId }
}
