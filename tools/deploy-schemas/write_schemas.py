"""Writes deploy/schemas: the JSON schemas that the chart and docker-compose.yml are checked against, cut to the kinds that they use.

Sources, each through its registry's ordinary client:
  Kubernetes  PyPI kubernetes-validate (the schemas of kubernetes-json-schema)
  KEDA        Go module github.com/kedacore/keda/v2 (config/crd/bases)
  Compose     Go module github.com/compose-spec/compose-go/v2 (schema/compose-spec.json)

    pip install kubernetes-validate pyyaml
    go mod download github.com/kedacore/keda/v2@v2.21.0 github.com/compose-spec/compose-go/v2@v2.16.2
    python3 write_schemas.py --kubernetes .../kubernetes_validate/kubernetes-json-schema/v1.34.0-local-strict \
        --keda "$(go env GOMODCACHE)/github.com/kedacore/keda/v2@v2.21.0/config/crd/bases" \
        --compose "$(go env GOMODCACHE)/github.com/compose-spec/compose-go/v2@v2.16.2/schema/compose-spec.json"
"""
import argparse
import json
from pathlib import Path

import yaml

KUBERNETES = ['deployment-apps-v1', 'job-batch-v1', 'pod-v1', 'service-v1', 'secret-v1', 'persistentvolumeclaim-v1', 'ingress-networking-v1', 'networkpolicy-networking-v1']
KEDA = ['keda.sh_scaledjobs', 'keda.sh_triggerauthentications']
OUT = Path(__file__).resolve().parents[2] / 'deploy/schemas'


def without_descriptions(value):
    if isinstance(value, list):
        return [without_descriptions(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: without_descriptions(item) for key, item in value.items() if not (key == 'description' and isinstance(item, str))}


def references(value):
    if isinstance(value, list):
        for item in value:
            yield from references(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key == '$ref':
                yield item
            else:
                yield from references(item)


def own_references(value):
    """`/api/_definitions.json#/$defs/X` and `#/$defs/X` of that file become references inside one file."""
    return json.loads(json.dumps(value).replace('/api/_definitions.json#/$defs/', '#/$defs/'))


def closed(value):
    """A custom resource definition says what fields there are; unknown ones are refused, as kubectl's strict validation does."""
    if isinstance(value, list):
        return [closed(item) for item in value]
    if not isinstance(value, dict):
        return value
    result = {key: closed(item) for key, item in value.items()}
    if result.get('type') == 'object' and 'properties' in result and 'additionalProperties' not in result and not result.get('x-kubernetes-preserve-unknown-fields'):
        result['additionalProperties'] = False
    return result


def write(name, schema):
    path = OUT / name
    path.write_text(json.dumps(schema, separators=(',', ':'), sort_keys=True) + '\n')
    print(path.name, path.stat().st_size)


def kubernetes(folder):
    definitions = own_references(without_descriptions(json.loads((folder / '_definitions.json').read_text())))['$defs']
    for name in KUBERNETES:
        schema = own_references(without_descriptions(json.loads((folder / f'{name}.json').read_text())))
        needed, waiting = {}, list(references(schema))
        while waiting:
            key = waiting.pop().removeprefix('#/$defs/')
            if key not in needed:
                needed[key] = definitions[key]
                waiting.extend(references(definitions[key]))
        write(f'{name}.json', {**schema, '$defs': needed})


def keda(folder):
    for name in KEDA:
        crd = yaml.safe_load((folder / f'{name}.yaml').read_text())['spec']
        version = next(version for version in crd['versions'] if version['name'] == 'v1alpha1')
        schema = closed(without_descriptions(version['schema']['openAPIV3Schema']))
        schema['properties']['metadata'] = {'type': 'object'}
        write(f"{crd['names']['kind'].lower()}-keda-v1alpha1.json", schema)


if __name__ == '__main__':
    parser = argparse.ArgumentParser()
    for source in ['kubernetes', 'keda', 'compose']:
        parser.add_argument(f'--{source}', type=Path, required=True)
    sources = parser.parse_args()
    OUT.mkdir(exist_ok=True)
    kubernetes(sources.kubernetes)
    keda(sources.keda)
    write('compose-spec.json', without_descriptions(json.loads(sources.compose.read_text())))
