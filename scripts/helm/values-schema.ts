import { SETTINGS } from '#libs/config';

type Schema = Readonly<Record<string, unknown>>;

const text: Schema = { type: 'string' };
const flag: Schema = { type: 'boolean' };
const count = (minimum: number): Schema => ({ type: 'integer', minimum });
const port: Schema = { type: 'integer', minimum: 1, maximum: 65_535 };
const size: Schema = { type: 'string', pattern: '^(|[0-9]+([.][0-9]+)?([EPTGMk]i?)?)$' };
const cidrs: Schema = {
  type: 'array',
  items: { type: 'string', pattern: '^[0-9a-fA-F.:]+/[0-9]{1,3}$' },
};
/** Kubernetes checks what is in it. */
const anyObject: Schema = { type: 'object' };
const anyList: Schema = { type: 'array', items: { type: 'object' } };
const texts: Schema = { type: 'object', additionalProperties: text };
const oneOf = (...values: readonly string[]): Schema => ({ enum: values });

/** An object of these members and no others: a misspelt one is refused, and not silently without effect. */
const object = (properties: Readonly<Record<string, Schema>>): Schema => ({
  type: 'object',
  additionalProperties: false,
  properties,
});

const ref = (name: string): Schema => ({ $ref: `#/$defs/${name}` });

const secret = { existingSecret: text, key: text };
const service = object({ type: oneOf('ClusterIP', 'NodePort', 'LoadBalancer'), port, annotations: texts });
const ingress = object({
  enabled: flag,
  className: text,
  annotations: texts,
  host: text,
  tlsSecret: text,
});
const autoscaling = object({
  enabled: flag,
  minReplicas: count(1),
  maxReplicas: count(1),
  targetCpu: { type: 'integer', minimum: 1, maximum: 100 },
});
const persistence = object({ enabled: flag, size, storageClass: text });

/** What every process has. */
const component = {
  replicas: count(0),
  resources: anyObject,
  settings: ref('settings'),
  secretSettings: ref('secretSettings'),
  extraEnv: anyList,
  extraVolumes: anyList,
  extraVolumeMounts: anyList,
  podAnnotations: texts,
  podLabels: texts,
  nodeSelector: texts,
  tolerations: anyList,
  affinity: anyObject,
  priorityClassName: text,
  podDisruptionBudget: flag,
};

/** The schema of the Helm chart's values. The names of settings are those that libs/config reads. */
export const valuesSchema = (): Schema => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Values of the chart understudy',
  $defs: {
    settingName: { enum: [...SETTINGS].sort() },
    settings: {
      type: 'object',
      propertyNames: ref('settingName'),
      additionalProperties: { type: ['string', 'number', 'boolean'] },
    },
    secretSettings: {
      type: 'object',
      propertyNames: ref('settingName'),
      additionalProperties: {
        ...object({ name: { type: 'string', minLength: 1 }, key: { type: 'string', minLength: 1 } }),
        required: ['name', 'key'],
      },
    },
  },
  ...object({
    // Helm's own: values for subcharts of all, and this one's as a dependency with a condition.
    global: anyObject,
    enabled: flag,
    nameOverride: text,
    fullnameOverride: text,
    image: object({
      repository: text,
      tag: text,
      digest: { type: 'string', pattern: '^(|sha256:[0-9a-f]{64})$' },
      pullPolicy: oneOf('Always', 'IfNotPresent', 'Never'),
    }),
    imagePullSecrets: anyList,
    database: object({ ...secret, port }),
    redis: object({ ...secret, port }),
    secretsKey: object(secret),
    tokens: object({ existingSecret: text, gatewayKey: text, adminKey: text, routerKey: text }),
    artifacts: object({
      existingClaim: text,
      size,
      storageClass: text,
      accessMode: oneOf('ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'),
      ephemeral: flag,
    }),
    modelServers: object({
      networks: cidrs,
      ca: object({ existingConfigMap: text, key: text }),
      clientCertificate: object({ existingSecret: text }),
    }),
    publicUrl: { type: 'string', pattern: '^(|https?://.+)$' },
    trustProxy: cidrs,
    settings: ref('settings'),
    migrations: object({
      enabled: flag,
      timeoutSeconds: count(1),
      serviceAccountName: text,
      annotations: texts,
      extraEnv: anyList,
      extraVolumes: anyList,
      extraVolumeMounts: anyList,
      nodeSelector: texts,
      tolerations: anyList,
      resources: anyObject,
    }),
    api: object({ ...component, service, ingress }),
    worker: object(component),
    gateway: object({
      ...component,
      service,
      ingress,
      autoscaling,
      persistence,
      tls: object({ existingSecret: text }),
    }),
    xds: object({
      ...component,
      enabled: flag,
      service,
      autoscaling,
      persistence,
      envoyListen: text,
    }),
    router: object({
      ...component,
      enabled: flag,
      kinds: { type: 'array', items: oneOf('HTTPRoute', 'GRPCRoute'), uniqueItems: true },
      namespace: text,
      rbac: object({ create: flag, serviceAccountName: text }),
    }),
    serviceAccount: object({ create: flag, name: text, annotations: texts }),
    podSecurityContext: anyObject,
    networkPolicy: object({
      enabled: flag,
      apiFrom: anyList,
      gatewayFrom: anyList,
      xdsFrom: anyList,
      metricsFrom: anyList,
      databaseTo: anyList,
      redisTo: anyList,
      apiServerTo: anyList,
      to: anyList,
    }),
    serviceMonitor: object({ enabled: flag, interval: text, labels: texts }),
  }),
});
