{{/* What all pods have in common. */}}

{{- define "understudy.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}

{{/* In: root, component, of (the component's values). */}}
{{- define "understudy.podMeta" -}}
labels:
  {{- include "understudy.labels" . | nindent 2 }}
  {{- with .of.podLabels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with .of.podAnnotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* The same. account: of a process that calls Kubernetes. */}}
{{- define "understudy.podBase" -}}
{{- if .account }}
serviceAccountName: {{ .account }}
automountServiceAccountToken: true
{{- else }}
serviceAccountName: {{ include "understudy.serviceAccountName" .root }}
# Nothing here calls Kubernetes.
automountServiceAccountToken: false
{{- end }}
# A Service named api would set API_PORT to tcp://….
enableServiceLinks: false
# A process ends what is under way first: 60 s at most, after the 5 s of preStop.
terminationGracePeriodSeconds: 75
securityContext:
  {{- toYaml .root.Values.podSecurityContext | nindent 2 }}
{{- with .root.Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .of.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .of.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .of.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .of.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "understudy.selector" . | nindent 8 }}
{{- end -}}

{{/* In: root, program. */}}
{{- define "understudy.program" -}}
image: {{ include "understudy.image" .root }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
# The image's entry point (tini) stays.
args: [node, dist/{{ .program }}]
securityContext:
  {{- include "understudy.containerSecurity" . | nindent 2 }}
{{- end -}}

{{/* Probes at a port where /healthz and /readyz are. A process that cannot work is not started anew: nothing is better then. */}}
{{- define "understudy.probes" -}}
startupProbe:
  httpGet: { path: /healthz, port: {{ . }} }
  periodSeconds: 2
  timeoutSeconds: 5
  failureThreshold: 60
livenessProbe:
  httpGet: { path: /healthz, port: {{ . }} }
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
# It answers within 2 s, whatever does not answer it.
readinessProbe:
  httpGet: { path: /readyz, port: {{ . }} }
  periodSeconds: 5
  timeoutSeconds: 4
  failureThreshold: 2
# Meanwhile Services and Ingresses hear that it goes.
lifecycle:
  preStop:
    sleep: { seconds: 5 }
{{- end -}}

{{- define "understudy.mounts" -}}
- name: tmp
  mountPath: /tmp
{{- if .root.Values.modelServers.ca.existingConfigMap }}
- name: upstream-ca
  mountPath: /etc/understudy/upstream-ca
  readOnly: true
{{- end }}
{{- if .root.Values.modelServers.clientCertificate.existingSecret }}
- name: upstream-client
  mountPath: /etc/understudy/upstream-client
  readOnly: true
{{- end }}
{{- with .of.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "understudy.volumes" -}}
- name: tmp
  emptyDir: {}
{{- if .root.Values.modelServers.ca.existingConfigMap }}
- name: upstream-ca
  configMap:
    name: {{ .root.Values.modelServers.ca.existingConfigMap }}
    items: [{ key: {{ .root.Values.modelServers.ca.key | quote }}, path: ca.crt }]
{{- end }}
{{- if .root.Values.modelServers.clientCertificate.existingSecret }}
- name: upstream-client
  secret:
    secretName: {{ .root.Values.modelServers.clientCertificate.existingSecret }}
    defaultMode: 0440
{{- end }}
{{- with .of.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Of api and worker: the same folder for all of them, or one for each pod. */}}
{{- define "understudy.artifactVolume" -}}
- name: artifacts
  {{- if .Values.artifacts.ephemeral }}
  emptyDir: {}
  {{- else }}
  persistentVolumeClaim:
    claimName: {{ default (printf "%s-artifacts" (include "understudy.fullname" .)) .Values.artifacts.existingClaim }}
  {{- end }}
{{- end -}}
