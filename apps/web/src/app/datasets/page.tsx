import { DatasetList } from '../../components/datasets/dataset-list.tsx'

export const metadata = { title: 'Datasets' }

export default function DatasetsPage() {
  return <DatasetList />
}
