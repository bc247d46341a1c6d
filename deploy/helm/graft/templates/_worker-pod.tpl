{{/* The pod of a worker, as a Job of KEDA or of a Deployment: [root, name of the pool, its values]. It knows the server and the worker token; no password of the database. */}}
{{- define "graft.workerPod" -}}
{{- $root := index . 0 }}{{- $name := index . 1 }}{{- $pool := index . 2 -}}
metadata:
  labels:
    {{- include "graft.labels" $root | nindent 4 }}
    app.kubernetes.io/component: worker
    graft/pool: {{ $name }}
  {{- with $pool.podAnnotations }}
  annotations: {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  {{- include "graft.podSecurity" $root | nindent 2 }}
  restartPolicy: {{ eq $pool.scaling "keda" | ternary "Never" "Always" }}
  terminationGracePeriodSeconds: {{ $pool.terminationGraceSeconds }}
  {{- with $pool.runtimeClassName }}
  runtimeClassName: {{ . }}
  {{- end }}
  {{- with $pool.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  containers:
    - name: worker
      image: {{ include "graft.image" (list $root $pool.image) }}
      imagePullPolicy: {{ $root.Values.image.pullPolicy }}
      command: [node, apps/cli/bin/graft.mjs, worker]
      args:
        - --device
        - {{ $pool.device | quote }}
        {{- with $pool.threads }}
        - --threads
        - {{ . | quote }}
        {{- end }}
        {{- if eq $pool.scaling "keda" }}
        - --exit-when-idle
        {{- end }}
        {{- range $pool.arguments }}
        - {{ . | quote }}
        {{- end }}
      env:
        - { name: GRAFT_SERVER, value: 'http://{{ include "graft.name" $root }}-web:{{ $root.Values.service.port }}' }
        - name: GRAFT_TOKEN
          valueFrom: { secretKeyRef: { name: {{ include "graft.tokensSecret" $root }}, key: worker } }
        - { name: GRAFT_CACHE, value: /cache }
        - { name: HOME, value: /tmp }
      resources:
        {{- $limits := deepCopy ($pool.resources.limits | default dict) }}
        {{- if $pool.gpu.count }}{{- $_ := set $limits $pool.gpu.resource $pool.gpu.count }}{{- end }}
        {{- with $pool.resources.requests }}
        requests: {{- toYaml . | nindent 10 }}
        {{- end }}
        {{- with $limits }}
        limits: {{- toYaml . | nindent 10 }}
        {{- end }}
      {{- include "graft.containerSecurity" $root | nindent 6 }}
      volumeMounts:
        - { name: cache, mountPath: /cache }
        - { name: temporary, mountPath: /tmp }
  volumes:
    - name: cache
      {{- if $pool.cache.existingClaim }}
      persistentVolumeClaim: { claimName: {{ $pool.cache.existingClaim }} }
      {{- else }}
      emptyDir: { sizeLimit: {{ $pool.cache.size }} }
      {{- end }}
    - name: temporary
      emptyDir: {}
  {{- with $pool.nodeSelector }}
  nodeSelector: {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $pool.tolerations }}
  tolerations: {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $pool.affinity }}
  affinity: {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
