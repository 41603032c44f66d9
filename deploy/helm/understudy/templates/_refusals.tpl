{{/* What cannot work, in words. Each mistake ends with a line break, so that all are said at once. */}}

{{- define "understudy.mistakes" -}}
{{- $v := .Values -}}
{{- if not $v.image.repository }}
image.repository is empty. No image is published: build one with the Dockerfile, push it to a registry of yours, and name it here.
{{- end }}
{{- if not $v.database.existingSecret }}
database.existingSecret is empty. Understudy keeps everything in PostgreSQL, and the chart brings none: kubectl create secret generic understudy-database --from-literal=DATABASE_URL=postgres://user:password@host:5432/name
{{- end }}
{{- if not $v.secretsKey.existingSecret }}
secretsKey.existingSecret is empty. Each pod would seal stored secrets with a key of its own: kubectl create secret generic understudy-key --from-literal=SECRETS_KEY=$(openssl rand -base64 32), and keep a copy with the backups.
{{- end }}
{{- if not $v.tokens.existingSecret }}
tokens.existingSecret is empty. Gateways could not call the api: kubectl create secret generic understudy-tokens --from-literal=UNDERSTUDY_TOKEN=$(openssl rand -hex 24) --from-literal=UNDERSTUDY_ADMIN_TOKEN=$(openssl rand -hex 24)
{{- end }}
{{- if not $v.tokens.gatewayKey }}
tokens.gatewayKey is empty. Name the key of the Secret that holds the gateways' token.
{{- end }}
{{- include "understudy.artifactMistakes" . }}
{{- if $v.router.enabled }}
{{- if not $v.tokens.routerKey }}
tokens.routerKey is empty. Name the key of the Secret that holds the Kubernetes router's token.
{{- end }}
{{- if not $v.router.kinds }}
router.kinds is empty: the router would follow nothing. Name HTTPRoute, GRPCRoute or both.
{{- end }}
{{- if and (not $v.router.rbac.create) (not $v.router.rbac.serviceAccountName) }}
router.rbac.create is false, and router.rbac.serviceAccountName is empty. Name the service account that you gave the router's rights (examples/kubernetes/rbac.yaml).
{{- end }}
{{- end }}
{{- include "understudy.settingMistakes" (dict "where" "settings" "settings" $v.settings) }}
{{- range $component := list "api" "worker" "gateway" "xds" "router" }}
{{- $of := index $v $component }}
{{- include "understudy.settingMistakes" (dict "where" (printf "%s.settings" $component) "settings" $of.settings) }}
{{- include "understudy.settingMistakes" (dict "where" (printf "%s.secretSettings" $component) "settings" $of.secretSettings "secret" true) }}
{{- range $name, $from := $of.secretSettings }}
{{- if or (hasKey $of.settings $name) (hasKey $v.settings $name) }}
{{ $name }} is in {{ $component }}.secretSettings and in settings. Keep one.
{{- end }}
{{- end }}
{{- range $of.extraEnv }}
{{- include "understudy.settingMistakes" (dict "where" (printf "%s.extraEnv" $component) "settings" (dict .name "") "extra" true) }}
{{- end }}
{{- if and (hasKey $of "autoscaling") $of.autoscaling.enabled }}
{{- if gt (int $of.autoscaling.minReplicas) (int $of.autoscaling.maxReplicas) }}
{{ $component }}.autoscaling: minReplicas {{ $of.autoscaling.minReplicas }} is more than maxReplicas {{ $of.autoscaling.maxReplicas }}.
{{- end }}
{{- if not (dig "requests" "cpu" "" $of.resources) }}
{{ $component }}.autoscaling is by percent of what is requested, and {{ $component }}.resources.requests.cpu is not set. Set it, or turn autoscaling off.
{{- end }}
{{- end }}
{{- if and (hasKey $of "ingress") $of.ingress.enabled (not $of.ingress.host) }}
{{ $component }}.ingress.host is empty. Name the host; one Ingress for all hosts would take others' callers.
{{- end }}
{{- end }}
{{- range (concat $v.modelServers.networks $v.trustProxy) }}
{{- if hasSuffix "/0" . }}
{{ . }} is a network of all addresses. modelServers.networks and trustProxy name those of your model servers and proxies.
{{- end }}
{{- end }}
{{- end -}}

{{- define "understudy.artifactMistakes" -}}
{{- $a := .Values.artifacts -}}
{{- $chosen := compact (list $a.existingClaim $a.size (ternary "ephemeral" "" $a.ephemeral)) -}}
{{- if eq (len $chosen) 0 }}
artifacts: choose where uploaded artifacts are: existingClaim (a volume that all api and worker pods write), size (the chart makes one), or ephemeral: true where nothing is uploaded.
{{- else if gt (len $chosen) 1 }}
artifacts: existingClaim, size and ephemeral exclude each other. Keep one.
{{- end }}
{{- if and $a.size (hasPrefix "ReadWriteOnce" $a.accessMode) }}
artifacts.accessMode {{ $a.accessMode }} is for one node or pod, and each api and worker needs the same folder. Use ReadWriteMany with a storage class that has it, or ephemeral: true where nothing is uploaded.
{{- end }}
{{- end -}}

{{/* In: where, settings; secret: its values are in Secrets; extra: others' variables. */}}
{{- define "understudy.settingMistakes" -}}
{{- $where := .where -}}
{{- $own := dict
  "UNDERSTUDY_HOME" "a volume" "BIND" "all addresses of the pod" "DATABASE_URL" "database" "REDIS_URL" "redis"
  "SECRETS_KEY" "secretsKey" "UNDERSTUDY_TOKEN" "tokens" "UNDERSTUDY_ADMIN_TOKEN" "tokens" "API_URL" "the api's Service"
  "PUBLIC_URL" "publicUrl" "TRUST_PROXY" "trustProxy" "OUTBOUND_ALLOW" "modelServers.networks" "GATEWAY_ID" "the pod's name"
  "API_PORT" "7400" "GATEWAY_PORT" "7401" "WORKER_PORT" "7402" "GATEWAY_ADMIN_PORT" "7403" "XDS_PORT" "7404"
  "XDS_ADMIN_PORT" "7405" "ROUTER_PORT" "7408" "KUBERNETES_KINDS" "router.kinds" "KUBERNETES_NAMESPACE" "router.namespace"
  "UNDERSTUDY_ROUTER_TOKEN" "tokens" "GATEWAY_ADMIN_BIND" "all addresses of the pod" "ENVOY_LISTEN" "xds.envoyListen"
  "ARTIFACT_FOLDER" "artifacts" "GATEWAY_SLOT" "each process of a gateway" "UPSTREAM_TLS_CA" "modelServers.ca"
  "UPSTREAM_TLS_CERT" "modelServers.clientCertificate" "UPSTREAM_TLS_KEY" "modelServers.clientCertificate"
  "GATEWAY_TLS_CERT" "gateway.tls" "GATEWAY_TLS_KEY" "gateway.tls"
-}}
{{- range $name, $value := .settings }}
{{- if hasKey $own $name }}
{{ $where }}.{{ $name }}: the chart sets it ({{ index $own $name }}).
{{- else if eq $name "DEPLOYER_COMMAND" }}
{{ $where }}.DEPLOYER_COMMAND: a worker's model servers listen on its own pod's loopback, where no gateway reaches them. Run each version as a Deployment with a Service, and register it with its servingUrl.
{{- else if hasPrefix "EXPORT_EVENTS_" $name }}
{{ $where }}.{{ $name }}: only `npm start` exports by itself. Run `understudy audit export` in a CronJob (docs/guides/retention.md).
{{- else if and (not $.secret) (not $.extra) (regexMatch "(SECRET|TOKEN|PASSWORD|API_KEY|ACCESS_KEY|HEADERS)$" $name) }}
{{ $where }}.{{ $name }} is a secret. Put it into a Secret, and name that in secretSettings of the process that needs it.
{{- else if and (not $.secret) (not $.extra) (regexMatch "//[^/@]*:[^/@]*@" (toString $value)) }}
{{ $where }}.{{ $name }} holds a password. Put it into a Secret, and name that in secretSettings of the process that needs it.
{{- end }}
{{- end }}
{{- end -}}
