import { ModelCatalog } from '../../components/models/model-catalog.tsx'

export const metadata = { title: 'Models' }

export default function ModelsPage() {
  return <ModelCatalog />
}
