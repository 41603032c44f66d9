{{/* The environment of a process. */}}

{{/* A value as text: Helm reads every number as a float, and 17179869184 would become 1.7179869184e+10. */}}
{{- define "understudy.text" -}}
{{- if and (kindIs "float64" .) (eq (floor .) .) -}}
{{- printf "%.0f" . | quote -}}
{{- else -}}
{{- toString . | quote -}}
{{- end -}}
{{- end -}}

{{/* In: name, secret, key. */}}
{{- define "understudy.secretVariable" -}}
- name: {{ .name }}
  valueFrom:
    secretKeyRef:
      name: {{ .secret }}
      key: {{ .key }}
{{- end -}}

{{/* What only api, worker and migrations have: the stores, and the key of stored secrets. */}}
{{- define "understudy.storeEnv" -}}
{{ include "understudy.secretVariable" (dict "name" "DATABASE_URL" "secret" .Values.database.existingSecret "key" .Values.database.key) }}
{{- if .Values.redis.existingSecret }}
{{ include "understudy.secretVariable" (dict "name" "REDIS_URL" "secret" .Values.redis.existingSecret "key" .Values.redis.key) }}
{{- end }}
{{ include "understudy.secretVariable" (dict "name" "SECRETS_KEY" "secret" .Values.secretsKey.existingSecret "key" .Values.secretsKey.key) }}
{{- end -}}

{{- define "understudy.gatewayToken" -}}
{{ include "understudy.secretVariable" (dict "name" "UNDERSTUDY_TOKEN" "secret" .Values.tokens.existingSecret "key" .Values.tokens.gatewayKey) }}
{{- end -}}

{{/* What any process has. */}}
{{- define "understudy.commonEnv" -}}
- name: UNDERSTUDY_HOME
  value: /data/understudy
- name: BIND
  value: 0.0.0.0
{{- with .Values.modelServers.networks }}
- name: OUTBOUND_ALLOW
  value: {{ join "," . | quote }}
{{- end }}
{{- if .Values.modelServers.ca.existingConfigMap }}
- name: UPSTREAM_TLS_CA
  value: /etc/understudy/upstream-ca/ca.crt
{{- end }}
{{- if .Values.modelServers.clientCertificate.existingSecret }}
- name: UPSTREAM_TLS_CERT
  value: /etc/understudy/upstream-client/tls.crt
- name: UPSTREAM_TLS_KEY
  value: /etc/understudy/upstream-client/tls.key
{{- end }}
{{- end -}}

{{/* The operator's settings: those for all, and a component's own before them. In: root, of (the component's values). */}}
{{- define "understudy.settings" -}}
{{- range $name, $value := mergeOverwrite (deepCopy .root.Values.settings) .of.settings }}
- name: {{ $name }}
  value: {{ include "understudy.text" $value }}
{{- end }}
{{- range $name, $from := .of.secretSettings }}
{{ include "understudy.secretVariable" (dict "name" $name "secret" $from.name "key" $from.key) }}
{{- end }}
{{- with .of.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Where the api is: for people, and for gateways. */}}
{{- define "understudy.publicUrl" -}}
- name: API_URL
  value: {{ include "understudy.apiUrl" . }}
{{- with .Values.publicUrl }}
- name: PUBLIC_URL
  value: {{ . }}
{{- end }}
{{- end -}}

{{- define "understudy.apiUrl" -}}
http://{{ include "understudy.fullname" . }}-api:{{ .Values.api.service.port }}
{{- end -}}

{{/* Of what follows routes. */}}
{{- define "understudy.planeEnv" -}}
- name: GATEWAY_ID
  valueFrom:
    fieldRef:
      fieldPath: metadata.name
- name: GATEWAY_ADMIN_BIND
  value: 0.0.0.0
- name: API_URL
  value: {{ include "understudy.apiUrl" . }}
{{- end -}}

{{/* Of the gateway and the xDS server. A pod of a StatefulSet keeps its name. */}}
{{- define "understudy.dataPlaneEnv" -}}
{{ include "understudy.planeEnv" . }}
{{ include "understudy.gatewayToken" . }}
{{- end -}}
