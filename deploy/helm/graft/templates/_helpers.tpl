{{- define "graft.name" -}}
{{- if contains .Chart.Name .Release.Name }}{{ .Release.Name | trunc 40 | trimSuffix "-" }}{{ else }}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 40 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "graft.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "graft.labels" -}}
{{ include "graft.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{/* Image of a pool: [root, its own `image` values or an empty map]. */}}
{{- define "graft.image" -}}
{{- $root := index . 0 }}{{- $image := merge (deepCopy (index . 1)) $root.Values.image -}}
{{ $image.repository }}:{{ $image.tag | default $root.Chart.AppVersion }}
{{- end }}

{{- define "graft.databaseSecret" -}}
{{- if .Values.database.existingSecret }}{{ .Values.database.existingSecret }}
{{- else if .Values.database.url }}{{ include "graft.name" . }}-database
{{- else }}{{ fail "database: name a Secret with the address of a PostgreSQL (database.existingSecret) or give the address (database.url)." }}
{{- end }}
{{- end }}

{{- define "graft.tokensSecret" -}}
{{ .Values.tokens.existingSecret | default (printf "%s-tokens" (include "graft.name" .)) }}
{{- end }}

{{/* A pod of ours: nobody's account in the cluster, user 1000 of the image, no way to more rights. */}}
{{- define "graft.podSecurity" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 1000
  runAsGroup: 1000
  fsGroup: 1000
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: { type: RuntimeDefault }
{{- with .Values.imagePullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "graft.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: { drop: [ALL] }
{{- end }}

{{/* DATABASE_URL out of its Secret: for the server and the migrations only. */}}
{{- define "graft.databaseUrl" -}}
- name: DATABASE_URL
  valueFrom: { secretKeyRef: { name: {{ include "graft.databaseSecret" . }}, key: {{ .Values.database.secretKey }} } }
{{- end }}

{{/* The values of a pool over the defaults: [root, name, its values]. As YAML, for fromYaml. */}}
{{- define "graft.pool" -}}
{{- mergeOverwrite (deepCopy (index . 0).Values.workerDefaults) (index . 2 | default dict) | toYaml }}
{{- end }}
