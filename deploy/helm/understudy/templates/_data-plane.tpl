{{/* Gateway and xDS server are alike: they follow routes, keep them on their disks, and tell the api who they are. */}}

{{/* The start of a StatefulSet's spec. In: root, component, of. */}}
{{- define "understudy.statefulSpec" -}}
{{- if not .of.autoscaling.enabled }}
replicas: {{ .of.replicas }}
{{- end }}
serviceName: {{ include "understudy.fullname" .root }}-{{ .component }}-metrics
podManagementPolicy: Parallel
selector:
  matchLabels:
    {{- include "understudy.selector" . | nindent 4 }}
{{- if .of.persistence.enabled }}
# What a gateway could not deliver waits on its volume until there is a pod of its name again.
persistentVolumeClaimRetentionPolicy: { whenScaled: Retain, whenDeleted: Retain }
volumeClaimTemplates:
  - metadata:
      name: data
    spec:
      accessModes: [ReadWriteOnce]
      {{- with .of.persistence.storageClass }}
      storageClassName: {{ . }}
      {{- end }}
      resources:
        requests: { storage: {{ .of.persistence.size }} }
{{- end }}
{{- end -}}

{{- define "understudy.statefulVolumes" -}}
{{- if not .of.persistence.enabled }}
- name: data
  emptyDir: {}
{{- end }}
{{- end -}}

{{- define "understudy.callerService" -}}
apiVersion: v1
kind: Service
metadata:
  name: {{ include "understudy.fullname" .root }}-{{ .component }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- include "understudy.labels" . | nindent 4 }}
  {{- with .of.service.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  type: {{ .of.service.type }}
  selector:
    {{- include "understudy.selector" . | nindent 4 }}
  ports:
    - { name: {{ .port }}, port: {{ .of.service.port }}, targetPort: {{ .port }} }
{{- end -}}
